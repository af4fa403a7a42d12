package dev.culvert.stream;

import java.security.cert.X509Certificate;
import javax.net.ssl.X509TrustManager;

/**
 * Believes every peer, once: to learn the CA from whom is met first, which the operator asked for with
 * {@code --bootstrap-ca-cert}. Nothing is ever said over such a session ({@link TlsStream#handshake}).
 */
final class TlsFirstUse implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
        // see above
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
        // see above
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
