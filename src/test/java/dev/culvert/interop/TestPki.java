package dev.culvert.interop;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Certificates as ovs-monitor-ipsec(8) wants them: X.509 v3, and the common name is a DNS name as well. */
final class TestPki {
    private final Path folder;

    TestPki(Path folder) {
        this.folder = folder;
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    private void openssl(String arguments) throws Exception {
        Outcome.of(Map.of(), List.of("sh", "-c", "cd " + folder + " && openssl " + arguments))
                .text();
    }

    /** Makes {@code NAME.pem}, which signs itself, and {@code NAME.key}. */
    void selfSigned(String name) throws Exception {
        openssl("req -x509 -newkey rsa:2048 -nodes -days 30 -subj '/O=Culvert tests/CN=" + name
                + "' -addext subjectAltName=DNS:" + name + " -keyout " + name + ".key -out " + name
                + ".pem 2>/dev/null");
    }

    /** Makes {@code ca.pem}. */
    void authority() throws Exception {
        openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj '/CN=test CA'"
                + " -keyout ca.key -out ca.pem 2>/dev/null");
    }

    /** Makes {@code NAME.pem}, which the authority signs, and {@code NAME.key}: RSA, the only kind that ovs-monitor-ipsec knows. */
    void signed(String name) throws Exception {
        openssl("req -newkey rsa:2048 -nodes -subj '/O=Culvert tests/CN=" + name + "' -keyout " + name + ".key -out "
                + name + ".csr 2>/dev/null");
        openssl("x509 -req -in " + name + ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out " + name
                + ".pem -extfile /dev/stdin 2>/dev/null <<X\nsubjectAltName=DNS:" + name + "\nX");
    }
}
