package dev.culvert.ipsec.ike;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Certificates made by the JDK's keytool, in a folder that goes away. */
final class TestCertificates implements AutoCloseable {
    private static final String PASSWORD = "password";

    /** A certificate with those above it, and its key. */
    record Pair(List<X509Certificate> chain, PrivateKey key) {
        X509Certificate certificate() {
            return chain.getFirst();
        }
    }

    private final Path folder = Files.createTempDirectory("ike-certificates");
    private final Path store = folder.resolve("store.p12");

    TestCertificates() throws Exception {}

    /** Makes a certificate that signs itself. */
    Pair selfSigned(String name, String... options) throws Exception {
        generate(name, "san=dns:" + name, options);
        return load(name);
    }

    /** Makes an authority. */
    Pair authority(String name, String... options) throws Exception {
        generate(name, "bc:c=ca:true", options);
        return load(name);
    }

    /** Makes a certificate that one made here signs. */
    Pair signedBy(String issuer, String name, String extension, String... options) throws Exception {
        generate(name, extension, options);
        Path request = folder.resolve(name + ".csr");
        Path signed = folder.resolve(name + ".cer");
        keytool("-certreq", "-alias", name, "-file", request.toString());
        keytool(
                "-gencert",
                "-alias",
                issuer,
                "-infile",
                request.toString(),
                "-outfile",
                signed.toString(),
                "-ext",
                extension,
                "-validity",
                "30");
        keytool("-importcert", "-noprompt", "-alias", name, "-file", signed.toString());
        return load(name);
    }

    private void generate(String name, String extension, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "-genkeypair",
                "-alias",
                name,
                "-dname",
                "O=Culvert test, CN=" + name,
                "-ext",
                extension,
                "-validity",
                "30"));
        command.addAll(Arrays.asList(
                options.length == 0 ? new String[] {"-keyalg", "EC", "-groupname", "secp256r1"} : options));
        keytool(command.toArray(String[]::new));
    }

    private void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(Arrays.asList(arguments));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD, "-storetype", "PKCS12"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError(command + ": " + output);
        }
    }

    private Pair load(String name) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        List<X509Certificate> chain = Arrays.stream(keys.getCertificateChain(name))
                .map(X509Certificate.class::cast)
                .toList();
        return new Pair(chain, (PrivateKey) keys.getKey(name, PASSWORD.toCharArray()));
    }

    @Override
    public void close() throws Exception {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
