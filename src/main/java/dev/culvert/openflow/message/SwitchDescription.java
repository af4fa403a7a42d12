package dev.culvert.openflow.message;

/**
 * Who made the switch: {@code ofp_desc}. Texts longer than 255 bytes (the serial number: 31) are cut on the wire.
 *
 * @param manufacturer the maker
 * @param hardware the hardware's name
 * @param software the software's version
 * @param serialNumber the serial number
 * @param datapath a description for people
 */
public record SwitchDescription(
        String manufacturer, String hardware, String software, String serialNumber, String datapath) {}
