package dev.culvert.vswitch.ipsec;

import dev.culvert.ipsec.ike.CertificateCredentials;
import dev.culvert.ipsec.ike.Credentials;
import dev.culvert.ipsec.ike.PresharedKey;
import dev.culvert.stream.Pem;
import dev.culvert.stream.StreamException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
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
        } catch (IOException | InvalidPathException e) {
            return FileTime.fromMillis(-1);
        }
    }

    /** The name in this host's certificate; null if there is none. */
    @Nullable
    String localName() {
        if (certificate == null || privateKey == null) {
            return null;
        }
        try {
            List<X509Certificate> chain = read("certificate", certificate, Pem::certificates);
            PrivateKey key = read("private_key", privateKey, Pem::privateKey);
            return CertificateCredentials.pinned(chain, key, chain.getFirst()).localName();
        } catch (PkiException | IllegalArgumentException e) {
            return null;
        }
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
        return certificates(security);
    }

    private CertificateCredentials certificates(TunnelSecurity security) throws PkiException {
        String kinds = " certificate when using CA-signed certificate or self-signed certificate to authenticate peers";
        if (certificate == null) {
            throw new PkiException("must set 'certificate' as local" + kinds);
        }
        if (privateKey == null) {
            throw new PkiException(
                    "must set 'private_key' as local" + kinds.replace("certificate when", "private key when"));
        }
        List<X509Certificate> chain = read("certificate", certificate, Pem::certificates);
        PrivateKey key = read("private_key", privateKey, Pem::privateKey);
        try {
            if (security.remoteCert() != null) {
                List<X509Certificate> remote = read("remote_cert", security.remoteCert(), Pem::certificates);
                return CertificateCredentials.pinned(chain, key, remote.getFirst());
            }
            if (caCert == null || security.remoteName() == null) {
                throw new PkiException("must set 'remote_cert' when using self-signed certificate authentication or"
                        + " 'ca_cert' when using CA-signed certificate authentication");
            }
            return CertificateCredentials.authority(
                    chain, key, read("ca_cert", caCert, Pem::certificates), security.remoteName());
        } catch (IllegalArgumentException e) {
            throw new PkiException(String.valueOf(e.getMessage()));
        }
    }

    /** Reads a PEM file. */
    private interface Reader<T> {
        T read(Path file) throws IOException, GeneralSecurityException;
    }

    private static <T> T read(String option, String file, Reader<T> reader) throws PkiException {
        try {
            Path path = Path.of(file);
            if (Files.exists(path) && !Files.isRegularFile(path)) {
                // reading a pipe or a device may never end, and the conductor has other things to do
                throw new PkiException("'" + option + "': " + file + ": not a regular file");
            }
            return reader.read(path);
        } catch (InvalidPathException e) {
            throw new PkiException("'" + option + "': " + e.getReason());
        } catch (IOException e) {
            throw new PkiException("'" + option + "': " + file + ": " + StreamException.reasonOf(e));
        } catch (GeneralSecurityException e) {
            throw new PkiException("'" + option + "': " + file + ": " + e.getMessage());
        }
    }
}
