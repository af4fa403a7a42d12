package dev.culvert.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Keys and certificates that OpenSSL makes in a folder: a CA, and whoever it vouches for. */
public final class TestPki {
    private final Path folder;
    private final String ca;

    /** Makes a CA of that name. */
    public TestPki(Path folder, String ca) throws Exception {
        this.folder = folder;
        this.ca = ca;
        openssl("ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", ca + ".key");
        openssl("req", "-x509", "-new", "-key", ca + ".key", "-subj", "/CN=" + ca, "-days", "30", "-out", ca + ".pem");
    }

    /** A key as {@code openssl genpkey} options say, with a certificate of this CA. */
    public TlsFiles identity(String name, String... keyOptions) throws Exception {
        List<String> line = new java.util.ArrayList<>(List.of(keyOptions));
        line.addAll(List.of("-out", name + ".key"));
        openssl(line.toArray(String[]::new));
        openssl("req", "-new", "-key", name + ".key", "-subj", "/CN=" + name, "-out", name + ".csr");
        openssl(
                "x509",
                "-req",
                "-in",
                name + ".csr",
                "-CA",
                ca + ".pem",
                "-CAkey",
                ca + ".key",
                "-CAcreateserial",
                "-days",
                "30",
                "-out",
                name + ".pem");
        return TlsFiles.NONE
                .withPrivateKey(folder.resolve(name + ".key"))
                .withCertificate(folder.resolve(name + ".pem"))
                .withCaCertificate(ca(), false);
    }

    /** A key on the usual curve. */
    public TlsFiles identity(String name) throws Exception {
        return identity(name, "ecparam", "-genkey", "-name", "prime256v1", "-noout");
    }

    /** The CA's certificate. */
    public Path ca() {
        return folder.resolve(ca + ".pem");
    }

    private void openssl(String... arguments) throws IOException, InterruptedException {
        List<String> line = new java.util.ArrayList<>(List.of("openssl"));
        line.addAll(List.of(arguments));
        Process process = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", line, said).isZero();
    }
}
