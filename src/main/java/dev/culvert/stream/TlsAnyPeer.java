package dev.culvert.stream;

import java.security.cert.X509Certificate;
import javax.net.ssl.X509TrustManager;

/**
 * Believes every peer, because the operator asked for that: either to learn the CA from whom is met first
 * ({@code --bootstrap-ca-cert}; nothing is ever said over such a session, see {@link TlsStream#handshake}), or for good
 * ({@code --ca-cert=none}).
 */
final class TlsAnyPeer implements X509TrustManager {
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
