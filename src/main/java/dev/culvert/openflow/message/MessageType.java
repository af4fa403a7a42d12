package dev.culvert.openflow.message;

/**
 * Every message that Open vSwitch knows, under its name there, with its place on the wire: versions, then {@code t} and a message
 * type, {@code req} or {@code rep} and the type of statistics; {@code nx} or {@code onf} before it where it is an experimenter's.
 * Sources: the OpenFlow specifications, {@code nicira-ext.h}, the ONF extensions for OpenFlow 1.3.
 */
public enum MessageType {
    OFPT_HELLO("1.0+:t0"),
    OFPT_ERROR("1.0+:t1"),
    OFPT_ECHO_REQUEST("1.0+:t2"),
    OFPT_ECHO_REPLY("1.0+:t3"),
    OFPT_FEATURES_REQUEST("1.0+:t5"),
    OFPT_FEATURES_REPLY("1.0+:t6"),
    OFPT_GET_CONFIG_REQUEST("1.0+:t7"),
    OFPT_GET_CONFIG_REPLY("1.0+:t8"),
    OFPT_SET_CONFIG("1.0+:t9"),
    OFPT_PACKET_IN("1.0+:t10"),
    OFPT_FLOW_REMOVED("1.0+:t11"),
    OFPT_PORT_STATUS("1.0+:t12"),
    OFPT_PACKET_OUT("1.0+:t13"),
    OFPT_FLOW_MOD("1.0+:t14"),
    OFPT_GROUP_MOD("1.1+:t15"),
    OFPT_PORT_MOD("1.0:t15 1.1+:t16"),
    OFPT_TABLE_MOD("1.1+:t17"),
    OFPT_BARRIER_REQUEST("1.0:t18 1.1+:t20"),
    OFPT_BARRIER_REPLY("1.0:t19 1.1+:t21"),
    OFPT_QUEUE_GET_CONFIG_REQUEST("1.0:t20 1.1-1.3:t22"),
    OFPT_QUEUE_GET_CONFIG_REPLY("1.0:t21 1.1-1.3:t23"),
    OFPT_ROLE_REQUEST("1.2+:t24"),
    OFPT_ROLE_REPLY("1.2+:t25"),
    OFPT_GET_ASYNC_REQUEST("1.3+:t26"),
    OFPT_GET_ASYNC_REPLY("1.3+:t27"),
    OFPT_SET_ASYNC("1.3+:t28"),
    OFPT_METER_MOD("1.3+:t29"),
    OFPT_ROLE_STATUS("1.4+:t30"),
    OFPT_TABLE_STATUS("1.4+:t31"),
    OFPT_REQUESTFORWARD("1.4+:t32"),
    OFPT_BUNDLE_CONTROL("1.4+:t33"),
    OFPT_BUNDLE_ADD_MESSAGE("1.4+:t34"),

    // Experimenters' messages.
    NXT_ROLE_REQUEST("1.0+:nxt10"),
    NXT_ROLE_REPLY("1.0+:nxt11"),
    NXT_SET_FLOW_FORMAT("1.0:nxt12"),
    NXT_FLOW_MOD("1.0+:nxt13"),
    NXT_FLOW_REMOVED("1.0+:nxt14"),
    NXT_FLOW_MOD_TABLE_ID("1.0+:nxt15"),
    NXT_SET_PACKET_IN_FORMAT("1.0+:nxt16"),
    NXT_PACKET_IN("1.0+:nxt17"),
    NXT_FLOW_AGE("1.0+:nxt18"),
    NXT_SET_ASYNC_CONFIG("1.0+:nxt19"),
    NXT_SET_CONTROLLER_ID("1.0+:nxt20"),
    NXT_FLOW_MONITOR_CANCEL("1.0-1.2:nxt21"),
    NXT_FLOW_MONITOR_PAUSED("1.0-1.2:nxt22"),
    NXT_FLOW_MONITOR_RESUMED("1.0-1.2:nxt23"),
    NXT_TLV_TABLE_MOD("1.0+:nxt24"),
    NXT_TLV_TABLE_REQUEST("1.0+:nxt25"),
    NXT_TLV_TABLE_REPLY("1.0+:nxt26"),
    NXT_SET_ASYNC_CONFIG2("1.0-1.3:nxt27"),
    NXT_RESUME("1.0+:nxt28"),
    NXT_CT_FLUSH_ZONE("1.0+:nxt29"),
    NXT_PACKET_IN2("1.0+:nxt30"),
    NXT_GROUP_MOD("1.0:nxt31"),
    NXT_CT_FLUSH("1.0+:nxt32"),
    ONFT_FLOW_MONITOR_CANCEL("1.3:onft1870"),
    ONFT_FLOW_MONITOR_PAUSED("1.3:onft1871"),
    ONFT_FLOW_MONITOR_RESUMED("1.3:onft1872"),
    ONFT_BUNDLE_CONTROL("1.3:onft2300"),
    ONFT_BUNDLE_ADD_MESSAGE("1.3:onft2301"),
    ONFT_REQUESTFORWARD("1.3:onft2350"),

    // Statistics, called multipart messages since OpenFlow 1.3.
    OFPST_DESC_REQUEST("1.0+:req0"),
    OFPST_DESC_REPLY("1.0+:rep0"),
    OFPST_FLOW_REQUEST("1.0+:req1"),
    OFPST_FLOW_REPLY("1.0+:rep1"),
    OFPST_AGGREGATE_REQUEST("1.0+:req2"),
    OFPST_AGGREGATE_REPLY("1.0+:rep2"),
    OFPST_TABLE_REQUEST("1.0+:req3"),
    OFPST_TABLE_REPLY("1.0+:rep3"),
    OFPST_PORT_REQUEST("1.0+:req4"),
    OFPST_PORT_REPLY("1.0+:rep4"),
    OFPST_QUEUE_REQUEST("1.0+:req5"),
    OFPST_QUEUE_REPLY("1.0+:rep5"),
    OFPST_GROUP_REQUEST("1.1+:req6"),
    OFPST_GROUP_REPLY("1.1+:rep6"),
    OFPST_GROUP_DESC_REQUEST("1.1+:req7"),
    OFPST_GROUP_DESC_REPLY("1.1+:rep7"),
    OFPST_GROUP_FEATURES_REQUEST("1.2+:req8"),
    OFPST_GROUP_FEATURES_REPLY("1.2+:rep8"),
    OFPST_METER_REQUEST("1.3+:req9"),
    OFPST_METER_REPLY("1.3+:rep9"),
    OFPST_METER_CONFIG_REQUEST("1.3+:req10"),
    OFPST_METER_CONFIG_REPLY("1.3+:rep10"),
    OFPST_METER_FEATURES_REQUEST("1.3+:req11"),
    OFPST_METER_FEATURES_REPLY("1.3+:rep11"),
    OFPST_TABLE_FEATURES_REQUEST("1.3+:req12"),
    OFPST_TABLE_FEATURES_REPLY("1.3+:rep12"),
    OFPST_PORT_DESC_REQUEST("1.0+:req13"),
    OFPST_PORT_DESC_REPLY("1.0+:rep13"),
    OFPST_TABLE_DESC_REQUEST("1.4+:req14"),
    OFPST_TABLE_DESC_REPLY("1.4+:rep14"),
    OFPST_QUEUE_DESC_REQUEST("1.4+:req15"),
    OFPST_QUEUE_DESC_REPLY("1.4+:rep15"),
    OFPST_FLOW_MONITOR_REQUEST("1.4+:req16"),
    OFPST_FLOW_MONITOR_REPLY("1.4+:rep16"),

    // Experimenters' statistics.
    NXST_FLOW_REQUEST("1.0:nxreq0"),
    NXST_FLOW_REPLY("1.0:nxrep0"),
    NXST_AGGREGATE_REQUEST("1.0:nxreq1"),
    NXST_AGGREGATE_REPLY("1.0:nxrep1"),
    NXST_FLOW_MONITOR_REQUEST("1.0-1.2:nxreq2"),
    NXST_FLOW_MONITOR_REPLY("1.0-1.2:nxrep2"),
    NXST_IPFIX_BRIDGE_REQUEST("1.0+:nxreq3"),
    NXST_IPFIX_BRIDGE_REPLY("1.0+:nxrep3"),
    NXST_IPFIX_FLOW_REQUEST("1.0+:nxreq4"),
    NXST_IPFIX_FLOW_REPLY("1.0+:nxrep4"),
    NXST_GROUP_REQUEST("1.0:nxreq7"),
    NXST_GROUP_REPLY("1.0:nxrep7"),
    NXST_GROUP_DESC_REQUEST("1.0:nxreq8"),
    NXST_GROUP_DESC_REPLY("1.0:nxrep8"),
    NXST_GROUP_FEATURES_REQUEST("1.0-1.1:nxreq9"),
    NXST_GROUP_FEATURES_REPLY("1.0-1.1:nxrep9"),
    ONFST_FLOW_MONITOR_REQUEST("1.3:onfreq1870"),
    ONFST_FLOW_MONITOR_REPLY("1.3:onfrep1870");

    private final String places;

    MessageType(String places) {
        this.places = places;
    }

    /** Its places on the wire, in the notation that this type's own description explains, separated by blanks. */
    public String places() {
        return places;
    }

    /** Whether it is a request for statistics, or an answer to one. */
    public boolean isStats() {
        return name().startsWith("OFPST_") || name().startsWith("NXST_") || name().startsWith("ONFST_");
    }

    /** Its name in printed messages: {@code OFPT_HELLO}, {@code OFPST_FLOW reply}. */
    public String text() {
        if (!isStats()) {
            return name();
        }
        int underscore = name().lastIndexOf('_');
        return name().substring(0, underscore) + (name().endsWith("_REQUEST") ? " request" : " reply");
    }
}
