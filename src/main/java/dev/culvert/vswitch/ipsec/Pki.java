package dev.culvert.vswitch.ipsec;

import dev.culvert.ipsec.ike.Credentials;
import dev.culvert.ipsec.ike.PresharedKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code Open_vSwitch.other_config} says of certificates, as ovs-monitor-ipsec(8) reads it.
 *
 * @param certificate the file of this host's certificate, or null
 * @param privateKey the file of its key, or null
 * @param caCert the file of the CA's certificate, or null
 * @param stamps when the files were changed last
 */
record Pki(
        @Nullable String certificate,
        @Nullable String privateKey,
        @Nullable String caCert,
        List<FileTime> stamps) {
    static final Pki NONE = new Pki(null, null, null, List.of());

    static Pki of(Map<String, String> otherConfig) {
        String certificate = otherConfig.get("certificate");
        String privateKey = otherConfig.get("private_key");
        String caCert = otherConfig.get("ca_cert");
        List<FileTime> stamps = new ArrayList<>();
        for (String file : Arrays.asList(certificate, privateKey, caCert)) {
            stamps.add(stamp(file));
        }
        return new Pki(certificate, privateKey, caCert, stamps);
    }

    private static FileTime stamp(@Nullable String file) {
        try {
            return file == null ? FileTime.fromMillis(0) : Files.getLastModifiedTime(Path.of(file));
        } catch (IOException e) {
            return FileTime.fromMillis(-1);
        }
    }

    /** The name in this host's certificate; null if there is none. */
    @Nullable
    String localName() {
        return null;
    }

    boolean sameFiles(Pki other) {
        return stamps.equals(other.stamps);
    }

    /** Makes what a peer's ends prove themselves by. */
    Credentials credentials(TunnelSecurity security) throws PkiException {
        String psk = security.psk();
        if (psk != null) {
            byte[] key = psk.getBytes(StandardCharsets.UTF_8);
            Credentials credentials = new PresharedKey(key);
            Arrays.fill(key, (byte) 0);
            return credentials;
        }
        throw new PkiException("certificates are not supported yet; nothing is sent");
    }
}
