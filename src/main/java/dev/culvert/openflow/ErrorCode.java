package dev.culvert.openflow;

import java.util.Optional;

/**
 * Every error that a switch can answer with, under its name in the specifications and in {@code nicira-ext.h}. The text beside
 * each says where it is found on the wire: versions, then the owner ({@code nicira}, {@code onf}; none for OpenFlow itself),
 * then type and code, in decimal. Where OpenFlow of a version lacks an error, Nicira's extension often has it: that is why one
 * name stands for different numbers. Type 65535 is OpenFlow's experimenter error, whose code the owner chooses.
 */
public enum ErrorCode {
    // The hello handshake failed.
    OFPHFC_INCOMPATIBLE("1.0+:0,0"),
    OFPHFC_EPERM("1.0+:0,1"),
    // A request is wrong.
    OFPBRC_BAD_VERSION("1.0+:1,0"),
    OFPBRC_BAD_TYPE("1.0+:1,1"),
    OFPBRC_BAD_STAT("1.0+:1,2"),
    OFPBRC_BAD_VENDOR("1.0+:1,3"),
    OFPBRC_BAD_SUBTYPE("1.0+:1,4"),
    OFPBRC_EPERM("1.0+:1,5"),
    OFPBRC_BAD_LEN("1.0+:1,6"),
    OFPBRC_BUFFER_EMPTY("1.0+:1,7"),
    OFPBRC_BUFFER_UNKNOWN("1.0+:1,8"),
    OFPBRC_BAD_TABLE_ID("1.0:nicira 1,512; 1.1+:1,9"),
    OFPBRC_BAD_PORT("1.0-1.1:nicira 1,514; 1.2+:1,11"),
    OFPBRC_IS_SECONDARY("1.2+:1,10"),
    OFPBRC_BAD_PACKET("1.2+:1,12"),
    OFPBRC_MULTIPART_BUFFER_OVERFLOW("1.3+:1,13"),
    OFPBRC_MULTIPART_REQUEST_TIMEOUT("1.4+:1,14"),
    OFPBRC_MULTIPART_REPLY_TIMEOUT("1.4+:1,15"),
    OFPBRC_MULTIPART_BAD_SCHED("1.5:1,16"),
    OFPBRC_PIPELINE_FIELDS_ONLY("1.5:1,17"),
    OFPBRC_UNKNOWN("1.5:1,18"),
    // An action is wrong.
    OFPBAC_BAD_TYPE("1.0+:2,0"),
    OFPBAC_BAD_LEN("1.0+:2,1"),
    OFPBAC_BAD_VENDOR("1.0+:2,2"),
    OFPBAC_BAD_VENDOR_TYPE("1.0+:2,3"),
    OFPBAC_BAD_OUT_PORT("1.0+:2,4"),
    OFPBAC_BAD_ARGUMENT("1.0+:2,5"),
    OFPBAC_EPERM("1.0+:2,6"),
    OFPBAC_TOO_MANY("1.0+:2,7"),
    OFPBAC_BAD_QUEUE("1.0+:2,8"),
    OFPBAC_MATCH_INCONSISTENT("1.0:nicira 1,522; 1.1+:2,10"),
    OFPBAC_BAD_SET_TYPE("1.0-1.1:nicira 1,523; 1.2+:2,13"),
    OFPBAC_BAD_SET_LEN("1.0-1.1:nicira 1,524; 1.2+:2,14"),
    OFPBAC_BAD_SET_ARGUMENT("1.0-1.1:nicira 1,525; 1.2+:2,15"),
    OFPBAC_BAD_OUT_GROUP("1.0:nicira 2,9; 1.1+:2,9"),
    OFPBAC_UNSUPPORTED_ORDER("1.1+:2,11"),
    OFPBAC_BAD_TAG("1.1+:2,12"),
    OFPBAC_BAD_SET_MASK("1.5:2,16"),
    OFPBAC_BAD_METER("1.5:2,17"),
    // An instruction is wrong.
    OFPBIC_UNSUP_INST("1.0:nicira 2,257; 1.1+:3,1"),
    OFPBIC_UNKNOWN_INST("1.1+:3,0"),
    OFPBIC_BAD_TABLE_ID("1.1+:3,2"),
    OFPBIC_UNSUP_METADATA("1.1+:3,3"),
    OFPBIC_UNSUP_METADATA_MASK("1.1+:3,4"),
    OFPBIC_BAD_EXPERIMENTER("1.1+:3,5"),
    OFPBIC_DUP_INST("1.1:nicira 3,256; 1.2-1.3:onf 2600; 1.4+:3,9"),
    OFPBIC_BAD_EXP_TYPE("1.2+:3,6"),
    OFPBIC_BAD_LEN("1.2+:3,7"),
    OFPBIC_EPERM("1.2+:3,8"),
    // A match is wrong.
    OFPBMC_BAD_FIELD("1.0:nicira 0,263; 1.1+:4,6"),
    OFPBMC_BAD_VALUE("1.0:nicira 1,258; 1.1+:4,7"),
    OFPBMC_BAD_MASK("1.0-1.1:nicira 1,259; 1.2+:4,8"),
    OFPBMC_BAD_PREREQ("1.0-1.1:nicira 1,260; 1.2+:4,9"),
    OFPBMC_DUP_FIELD("1.0-1.1:nicira 1,261; 1.2+:4,10"),
    OFPBMC_BAD_WILDCARDS("1.0:nicira 1,262; 1.1+:4,5"),
    OFPBMC_BAD_TYPE("1.1+:4,0"),
    OFPBMC_BAD_LEN("1.1+:4,1"),
    OFPBMC_BAD_TAG("1.1+:4,2"),
    OFPBMC_BAD_DL_ADDR_MASK("1.1+:4,3"),
    OFPBMC_BAD_NW_ADDR_MASK("1.1+:4,4"),
    OFPBMC_EPERM("1.2+:4,11"),
    // A flow modification failed.
    OFPFMFC_TABLE_FULL("1.0:3,0; 1.1+:5,1"),
    OFPFMFC_OVERLAP("1.0:3,1; 1.1+:5,3"),
    OFPFMFC_EPERM("1.0:3,2; 1.1+:5,4"),
    OFPFMFC_BAD_EMERG_TIMEOUT("1.0:3,3"),
    OFPFMFC_BAD_COMMAND("1.0:3,4; 1.1+:5,6"),
    OFPFMFC_UNSUPPORTED("1.0:3,5"),
    OFPFMFC_BAD_FLAGS("1.0:nicira 3,258; 1.1:nicira 5,258; 1.2+:5,7"),
    OFPFMFC_UNKNOWN("1.1+:5,0"),
    OFPFMFC_BAD_TABLE_ID("1.1+:5,2"),
    OFPFMFC_BAD_TIMEOUT("1.1+:5,5"),
    OFPFMFC_IS_SYNC("1.4+:5,10"),
    OFPFMFC_CANT_SYNC("1.4+:5,8"),
    OFPFMFC_BAD_PRIORITY("1.4+:5,9"),
    // A group modification failed.
    OFPGMFC_GROUP_EXISTS("1.0:nicira 6,0; 1.1+:6,0"),
    OFPGMFC_INVALID_GROUP("1.0:nicira 6,1; 1.1+:6,1"),
    OFPGMFC_BAD_TYPE("1.0:nicira 6,10; 1.2+:6,10"),
    OFPGMFC_BAD_COMMAND("1.0:nicira 6,11; 1.2+:6,11"),
    OFPGMFC_BAD_BUCKET("1.0:nicira 6,12; 1.2+:6,12"),
    OFPGMFC_BAD_WATCH("1.0:nicira 6,13; 1.2+:6,13"),
    OFPGMFC_EPERM("1.0:nicira 6,14; 1.2+:6,14"),
    OFPGMFC_UNKNOWN_BUCKET("1.0:nicira 6,15; 1.5:6,15"),
    OFPGMFC_BUCKET_EXISTS("1.0:nicira 6,16; 1.5:6,16"),
    OFPGMFC_WEIGHT_UNSUPPORTED("1.0:nicira 6,2; 1.1+:6,2"),
    OFPGMFC_OUT_OF_GROUPS("1.0:nicira 6,3; 1.1+:6,3"),
    OFPGMFC_OUT_OF_BUCKETS("1.0:nicira 6,4; 1.1+:6,4"),
    OFPGMFC_CHAINING_UNSUPPORTED("1.0:nicira 6,5; 1.1+:6,5"),
    OFPGMFC_WATCH_UNSUPPORTED("1.0:nicira 6,6; 1.1+:6,6"),
    OFPGMFC_LOOP("1.0:nicira 6,7; 1.1+:6,7"),
    OFPGMFC_UNKNOWN_GROUP("1.0:nicira 6,8; 1.1+:6,8"),
    OFPGMFC_CHAINED_GROUP("1.0:nicira 6,9; 1.2+:6,9"),
    // A port modification failed.
    OFPPMFC_BAD_PORT("1.0:4,0; 1.1+:7,0"),
    OFPPMFC_BAD_HW_ADDR("1.0:4,1; 1.1+:7,1"),
    OFPPMFC_BAD_CONFIG("1.1+:7,2"),
    OFPPMFC_BAD_ADVERTISE("1.1+:7,3"),
    OFPPMFC_EPERM("1.2+:7,4"),
    // A table modification failed.
    OFPTMFC_BAD_TABLE("1.1+:8,0"),
    OFPTMFC_BAD_CONFIG("1.1+:8,1"),
    OFPTMFC_EPERM("1.2+:8,2"),
    // A queue operation failed.
    OFPQOFC_BAD_PORT("1.0:5,0; 1.1+:9,0"),
    OFPQOFC_BAD_QUEUE("1.0:5,1; 1.1+:9,1"),
    OFPQOFC_EPERM("1.0:5,2; 1.1+:9,2"),
    // Setting the switch configuration failed.
    OFPSCFC_BAD_FLAGS("1.1+:10,0"),
    OFPSCFC_BAD_LEN("1.1+:10,1"),
    OFPSCFC_EPERM("1.2+:10,2"),
    // A role request failed.
    OFPRRFC_BAD_ROLE("1.0-1.1:nicira 1,513; 1.2+:11,2"),
    OFPRRFC_STALE("1.2+:11,0"),
    OFPRRFC_UNSUP("1.2+:11,1"),
    OFPRRFC_ID_UNSUP("1.5:11,3"),
    OFPRRFC_ID_IN_USE("1.5:11,4"),
    // A meter modification failed.
    OFPMMFC_UNKNOWN("1.3+:12,0"),
    OFPMMFC_METER_EXISTS("1.3+:12,1"),
    OFPMMFC_OUT_OF_METERS("1.3+:12,10"),
    OFPMMFC_OUT_OF_BANDS("1.3+:12,11"),
    OFPMMFC_INVALID_METER("1.3+:12,2"),
    OFPMMFC_UNKNOWN_METER("1.3+:12,3"),
    OFPMMFC_BAD_COMMAND("1.3+:12,4"),
    OFPMMFC_BAD_FLAGS("1.3+:12,5"),
    OFPMMFC_BAD_RATE("1.3+:12,6"),
    OFPMMFC_BAD_BURST("1.3+:12,7"),
    OFPMMFC_BAD_BAND("1.3+:12,8"),
    OFPMMFC_BAD_BAND_VALUE("1.3+:12,9"),
    // Setting table features failed.
    OFPTFFC_BAD_TABLE("1.3+:13,0"),
    OFPTFFC_BAD_METADATA("1.3+:13,1"),
    OFPTFFC_EPERM("1.3+:13,5"),
    OFPTFFC_TOO_MANY("1.5:13,10"),
    OFPTFFC_BAD_CAPA("1.5:13,6"),
    OFPTFFC_BAD_MAX_ENT("1.5:13,7"),
    OFPTFFC_BAD_FEATURES("1.5:13,8"),
    OFPTFFC_BAD_COMMAND("1.5:13,9"),
    // A property is wrong.
    OFPBPC_BAD_TYPE("1.0-1.1:nicira 13,2; 1.2:nicira 25; 1.3:13,2; 1.4+:14,0"),
    OFPBPC_BAD_LEN("1.0-1.1:nicira 13,3; 1.2:nicira 26; 1.3:13,3; 1.4+:14,1"),
    OFPBPC_BAD_VALUE("1.0-1.1:nicira 13,4; 1.2:nicira 27; 1.3:13,4; 1.4+:14,2"),
    OFPBPC_TOO_MANY("1.0-1.1:nicira 14,3; 1.2:nicira 28; 1.4+:14,3"),
    OFPBPC_DUP_TYPE("1.0-1.1:nicira 14,4; 1.2:nicira 29; 1.4+:14,4"),
    OFPBPC_BAD_EXPERIMENTER("1.0-1.1:nicira 14,5; 1.2:nicira 30; 1.4+:14,5"),
    OFPBPC_BAD_EXP_TYPE("1.0-1.1:nicira 14,6; 1.2:nicira 31; 1.4+:14,6"),
    OFPBPC_BAD_EXP_VALUE("1.0-1.1:nicira 14,7; 1.2:nicira 32; 1.4+:14,7"),
    OFPBPC_EPERM("1.0-1.1:nicira 14,8; 1.2:nicira 33; 1.4+:14,8"),
    // Setting the asynchronous configuration failed.
    OFPACFC_INVALID("1.4+:15,0"),
    OFPACFC_UNSUPPORTED("1.4+:15,1"),
    OFPACFC_EPERM("1.4+:15,2"),
    // A flow monitor request failed.
    OFPMOFC_MONITOR_EXISTS("1.0-1.1:nicira 1,517; 1.2-1.3:nicira 6; 1.4+:16,1"),
    OFPMOFC_BAD_FLAGS("1.0-1.1:nicira 1,518; 1.2-1.3:nicira 7; 1.4+:16,5"),
    OFPMOFC_UNKNOWN_MONITOR("1.0-1.1:nicira 1,519; 1.2-1.3:nicira 8; 1.4+:16,3"),
    OFPMOFC_UNKNOWN("1.4+:16,0"),
    OFPMOFC_INVALID_MONITOR("1.4+:16,2"),
    OFPMOFC_BAD_COMMAND("1.4+:16,4"),
    OFPMOFC_BAD_TABLE_ID("1.4+:16,6"),
    OFPMOFC_BAD_OUT("1.4+:16,7"),
    // A bundle operation failed.
    OFPBFC_UNKNOWN("1.3:onf 2300; 1.4+:17,0"),
    OFPBFC_EPERM("1.3:onf 2301; 1.4+:17,1"),
    OFPBFC_BAD_ID("1.3:onf 2302; 1.4+:17,2"),
    OFPBFC_BUNDLE_EXIST("1.3:onf 2303; 1.4+:17,3"),
    OFPBFC_BUNDLE_CLOSED("1.3:onf 2304; 1.4+:17,4"),
    OFPBFC_OUT_OF_BUNDLES("1.3:onf 2305; 1.4+:17,5"),
    OFPBFC_BAD_TYPE("1.3:onf 2306; 1.4+:17,6"),
    OFPBFC_BAD_FLAGS("1.3:onf 2307; 1.4+:17,7"),
    OFPBFC_MSG_BAD_LEN("1.3:onf 2308; 1.4+:17,8"),
    OFPBFC_MSG_BAD_XID("1.3:onf 2309; 1.4+:17,9"),
    OFPBFC_MSG_UNSUP("1.3:onf 2310; 1.4+:17,10"),
    OFPBFC_MSG_CONFLICT("1.3:onf 2311; 1.4+:17,11"),
    OFPBFC_MSG_TOO_MANY("1.3:onf 2312; 1.4+:17,12"),
    OFPBFC_MSG_FAILED("1.3:onf 2313; 1.4+:17,13"),
    OFPBFC_TIMEOUT("1.3:onf 2314; 1.4+:17,14"),
    OFPBFC_BUNDLE_IN_PROGRESS("1.3:onf 2315; 1.4+:17,15"),
    OFPBFC_BAD_VERSION("1.4+:nicira 22"),
    OFPBFC_SCHED_NOT_SUPPORTED("1.5:17,16"),
    OFPBFC_SCHED_FUTURE("1.5:17,17"),
    OFPBFC_SCHED_PAST("1.5:17,18"),
    // Nicira's own errors.
    NXBRC_NXM_INVALID("1.0-1.1:nicira 1,256; 1.2+:nicira 2"),
    NXBRC_NXM_BAD_TYPE("1.0-1.1:nicira 1,257; 1.2+:nicira 3"),
    NXBMC_CT_DATAPATH_SUPPORT("1.0-1.1:nicira 1,264; 1.2+:nicira 43"),
    NXBAC_CT_DATAPATH_SUPPORT("1.0-1.1:nicira 1,265; 1.2+:nicira 42"),
    NXBRC_MUST_BE_ZERO("1.0-1.1:nicira 1,515; 1.2+:nicira 4"),
    NXBRC_BAD_REASON("1.0-1.1:nicira 1,516; 1.2+:nicira 5"),
    NXBRC_FM_BAD_EVENT("1.0-1.1:nicira 1,520; 1.2+:nicira 9"),
    NXBRC_UNENCODABLE_ERROR("1.0-1.1:nicira 1,521; 1.2+:nicira 10"),
    NXTTMFC_BAD_COMMAND("1.0-1.1:nicira 1,527; 1.2+:nicira 16"),
    NXTTMFC_BAD_OPT_LEN("1.0-1.1:nicira 1,528; 1.2+:nicira 17"),
    NXTTMFC_BAD_FIELD_IDX("1.0-1.1:nicira 1,529; 1.2+:nicira 18"),
    NXTTMFC_TABLE_FULL("1.0-1.1:nicira 1,530; 1.2+:nicira 19"),
    NXTTMFC_ALREADY_MAPPED("1.0-1.1:nicira 1,531; 1.2+:nicira 20"),
    NXTTMFC_DUP_ENTRY("1.0-1.1:nicira 1,532; 1.2+:nicira 21"),
    NXR_NOT_SUPPORTED("1.0-1.1:nicira 1,533; 1.2+:nicira 34"),
    NXR_STALE("1.0-1.1:nicira 1,534; 1.2+:nicira 35"),
    NXST_NOT_CONFIGURED("1.0-1.1:nicira 1,535; 1.2+:nicira 36"),
    NXFMFC_INVALID_TLV_FIELD("1.0-1.1:nicira 1,536; 1.2+:nicira 37"),
    NXTTMFC_INVALID_TLV_DEL("1.0-1.1:nicira 1,537; 1.2+:nicira 38"),
    NXBAC_MUST_BE_ZERO("1.0-1.1:nicira 2,256; 1.2+:nicira 11"),
    NXBAC_BAD_CONJUNCTION("1.0-1.1:nicira 2,526; 1.2+:nicira 15"),
    NXFMFC_HARDWARE("1.0-1.1:nicira 5,256; 1.2+:nicira 12"),
    NXFMFC_BAD_TABLE_ID("1.0-1.1:nicira 5,257; 1.2+:nicira 13"),
    NXBAC_BAD_HEADER_TYPE("1.3+:nicira 39"),
    NXBAC_UNKNOWN_ED_PROP("1.3+:nicira 40"),
    NXBAC_BAD_ED_PROP("1.3+:nicira 41"),
    NXTFFC_DUP_TABLE("1.3+:nicira 44"),
    NXQOFC_QUEUE_ERROR("1.4+:nicira 23");
    /** The owner of an error that is neither OpenFlow's nor an experimenter's: none. */
    public static final int NO_EXPERIMENTER = 0;
    /** The type of OpenFlow 1.2's experimenter errors, whose code the experimenter chooses. */
    public static final int EXPERIMENTER_TYPE = 0xffff;
    /** Nicira's experimenter number. */
    public static final int NICIRA = 0x00002320;
    /** The Open Networking Foundation's experimenter number. */
    public static final int ONF = 0x4f4e4600;

    /**
     * Where a version has an error.
     *
     * @param experimenter the owner of the numbers, or {@link #NO_EXPERIMENTER}
     * @param type 16 bits, 65535 for an OpenFlow 1.2+ experimenter error
     * @param code 16 bits
     */
    public record Wire(int experimenter, int type, int code) {}

    private final String places;

    ErrorCode(String places) {
        this.places = places;
    }

    /** Where {@code version} has this error; empty if it cannot say it. */
    public Optional<Wire> wire(Version version) {
        // parsed on demand: errors are rare, and programs that never see one should not pay for two hundred at their
        // start
        for (String place : places.split("; ", -1)) {
            int colon = place.indexOf(':');
            int first = place.charAt(2) - '0';
            int last = place.charAt(colon - 1) == '+' ? Version.values().length : place.charAt(colon - 1) - '0';
            int minor = version.wire() - 1;
            if (first <= minor && minor <= last) {
                return Optional.of(parse(place.substring(colon + 1)));
            }
        }
        return Optional.empty();
    }

    private static Wire parse(String place) {
        int space = place.indexOf(' ');
        int experimenter = place.startsWith("nicira") ? NICIRA : place.startsWith("onf") ? ONF : NO_EXPERIMENTER;
        String numbers = place.substring(space + 1);
        int comma = numbers.indexOf(',');
        int type = comma < 0 ? EXPERIMENTER_TYPE : Integer.parseInt(numbers.substring(0, comma));
        return new Wire(experimenter, type, Integer.parseInt(numbers.substring(comma + 1)));
    }

    /** The error that {@code version} has at that place. */
    public static Optional<ErrorCode> of(Version version, Wire place) {
        Optional<Wire> sought = Optional.of(place);
        for (ErrorCode code : values()) {
            if (code.wire(version).equals(sought)) {
                return Optional.of(code);
            }
        }
        return Optional.empty();
    }
}
