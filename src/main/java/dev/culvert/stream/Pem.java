package dev.culvert.stream;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys and certificates in text files (RFC 7468). What is wrong is told without a word of what stands in the file. */
public final class Pem {
    private static final int MAX_BYTES = 1 << 20;
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    /** Algorithm identifiers in DER, each a SEQUENCE of its object identifier and parameters (RFC 8017, RFC 5480). */
    private static final byte[] RSA = {
        0x30, 0x0d, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
    };

    private static final byte[] EC_PUBLIC_KEY = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

    private static final int OBJECT_IDENTIFIER = 6;
    private static final int SEQUENCE = 0x30;
    private static final int PARAMETERS = 0xa0;

    private Pem() {}

    /**
     * Reads the certificates of a file.
     *
     * @return them in their order, at least one
     * @throws CertificateException if there is none, or one is damaged
     */
    public static List<X509Certificate> certificates(Path file) throws IOException, CertificateException {
        List<X509Certificate> certificates = new ArrayList<>();
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        Matcher block = BLOCK.matcher(read(file));
        while (block.find()) {
            if (block.group(1).equals("CERTIFICATE") || block.group(1).equals("TRUSTED CERTIFICATE")) {
                Certificate certificate = factory.generateCertificate(new ByteArrayInputStream(decode(block)));
                certificates.add((X509Certificate) certificate);
            }
        }
        if (certificates.isEmpty()) {
            throw new CertificateException("no certificate in it");
        }
        return certificates;
    }

    /**
     * Reads the first private key of a file, in PKCS #1, SEC 1 or PKCS #8, without a passphrase.
     *
     * @throws GeneralSecurityException if there is none, or it is of no known kind
     */
    public static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
        Matcher block = BLOCK.matcher(read(file));
        while (block.find()) {
            switch (block.group(1)) {
                case "PRIVATE KEY" -> {
                    return pkcs8(decode(block));
                }
                case "RSA PRIVATE KEY" -> {
                    return pkcs8(wrap(RSA, decode(block)));
                }
                case "EC PRIVATE KEY" -> {
                    byte[] key = decode(block);
                    return pkcs8(wrap(der(SEQUENCE, join(EC_PUBLIC_KEY, curve(key))), key));
                }
                case "ENCRYPTED PRIVATE KEY" -> throw new InvalidKeySpecException("it needs a passphrase");
                default -> {
                    // EC PARAMETERS, or a certificate in the same file
                }
            }
        }
        throw new InvalidKeySpecException("no private key in it");
    }

    private static String read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException("File too large");
        }
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    private static byte[] decode(Matcher block) throws CertificateException {
        try {
            return Base64.getMimeDecoder().decode(block.group(2));
        } catch (IllegalArgumentException e) {
            throw new CertificateException("its base64 is damaged");
        }
    }

    private static PrivateKey pkcs8(byte[] encoded) throws GeneralSecurityException {
        InvalidKeySpecException unknown = new InvalidKeySpecException("no key of a known kind");
        for (String algorithm : List.of("RSA", "EC", "EdDSA", "RSASSA-PSS")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (InvalidKeySpecException e) {
                unknown.addSuppressed(e); // a key of another kind: the next may be it
            }
        }
        throw unknown;
    }

    /** A key of an older form as PKCS #8 has it: version 0, algorithm, and the key as an OCTET STRING. */
    private static byte[] wrap(byte[] algorithm, byte[] key) {
        return der(SEQUENCE, join(new byte[] {2, 1, 0}, algorithm, der(4, key)));
    }

    /** The curve's object identifier, which stands in the parameters of an ECPrivateKey (RFC 5915 section 3). */
    private static byte[] curve(byte[] key) throws InvalidKeySpecException {
        for (int i = 0; i + 4 < key.length; i++) {
            int end = i + 4 + (key[i + 3] & 0xff);
            if ((key[i] & 0xff) == PARAMETERS
                    && key[i + 2] == OBJECT_IDENTIFIER
                    && (key[i + 1] & 0xff) == (key[i + 3] & 0xff) + 2
                    && end <= key.length) {
                return Arrays.copyOfRange(key, i + 2, end);
            }
        }
        throw new InvalidKeySpecException("a key without its curve");
    }

    private static byte[] der(int tag, byte[] content) {
        int length = content.length;
        byte[] head = length < 0x80
                ? new byte[] {(byte) tag, (byte) length}
                : length < 0x100
                        ? new byte[] {(byte) tag, (byte) 0x81, (byte) length}
                        : new byte[] {
                            (byte) tag, (byte) 0x83, (byte) (length >> 16), (byte) (length >> 8), (byte) length
                        };
        return join(head, content);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }
}
