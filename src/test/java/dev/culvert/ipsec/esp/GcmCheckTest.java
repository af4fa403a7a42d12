package dev.culvert.ipsec.esp;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import org.junit.jupiter.api.Test;

/** The check of AES-GCM finds what is wrong, and nothing else. */
class GcmCheckTest {
    private final Random random = new EspTestKit().random;

    /** AES-GCM that goes wrong in one byte of texts of certain lengths, as JDK-8371864 did. */
    private static final class Broken extends CipherSpi {
        private final Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        private final int from;
        private final boolean whenSealing;
        private boolean sealing;

        Broken(int from, boolean whenSealing) throws GeneralSecurityException {
            this.from = from;
            this.whenSealing = whenSealing;
        }

        @Override
        protected int engineDoFinal(byte[] in, int at, int length, byte[] out, int to)
                throws java.security.ProviderException {
            byte[] text = Arrays.copyOfRange(in, at, at + length);
            try {
                if (!sealing && !whenSealing && length >= from + 16) {
                    text[3] ^= 1;
                }
                int written = cipher.doFinal(text, 0, length, out, to);
                if (sealing && whenSealing && length >= from) {
                    out[to + written - 1] ^= 1;
                }
                return written;
            } catch (javax.crypto.AEADBadTagException e) {
                throw sneaky(e);
            } catch (GeneralSecurityException e) {
                throw new java.security.ProviderException(e);
            }
        }

        @SuppressWarnings("unchecked")
        private static <T extends Exception> RuntimeException sneaky(Exception e) throws T {
            throw (T) e;
        }

        @Override
        protected void engineInit(int mode, Key key, AlgorithmParameterSpec spec, SecureRandom source) {
            sealing = mode == Cipher.ENCRYPT_MODE;
            try {
                cipher.init(mode, key, spec);
            } catch (GeneralSecurityException e) {
                throw new java.security.ProviderException(e);
            }
        }

        @Override
        protected void engineUpdateAAD(byte[] bytes, int at, int length) {
            cipher.updateAAD(bytes, at, length);
        }

        @Override
        protected void engineSetMode(String mode) {}

        @Override
        protected void engineSetPadding(String padding) {}

        @Override
        protected int engineGetBlockSize() {
            return 16;
        }

        @Override
        protected int engineGetOutputSize(int length) {
            return length + 16;
        }

        @Override
        protected byte[] engineGetIV() {
            return cipher.getIV();
        }

        @Override
        protected AlgorithmParameters engineGetParameters() {
            return cipher.getParameters();
        }

        @Override
        protected void engineInit(int mode, Key key, SecureRandom source) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected void engineInit(int mode, Key key, AlgorithmParameters parameters, SecureRandom source) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected byte[] engineUpdate(byte[] in, int at, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected int engineUpdate(byte[] in, int at, int length, byte[] out, int to) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected byte[] engineDoFinal(byte[] in, int at, int length) {
            throw new UnsupportedOperationException();
        }
    }

    private static Cipher broken(int from, boolean whenSealing) throws GeneralSecurityException {
        Cipher genuine = Cipher.getInstance("AES/GCM/NoPadding");
        return new Cipher(new Broken(from, whenSealing), genuine.getProvider(), "AES/GCM/NoPadding") {};
    }

    @Test
    void theJdksAesGcmIsRight() throws Exception {
        for (int from = 0; from < 37; from++) {
            assertThat(GcmCheck.sweep(Cipher.getInstance("AES/GCM/NoPadding"), random, from, 4_096))
                    .isNull();
        }
        assertThat(EspSuite.AES_GCM_16_256.fault()).isNull();
        assertThat(EspSuite.AES_CBC_256_SHA2_256.fault()).isNull();
    }

    @Test
    void whatIsWrongForLongTextsIsFound() throws Exception {
        assertThat(GcmCheck.sweep(broken(Integer.MAX_VALUE - 16, true), random, 0, 2_048))
                .isNull();
        assertThat(GcmCheck.sweep(broken(2_000, true), random, 0, 2_048)).contains("is wrong for 2035 bytes");
        assertThat(GcmCheck.sweep(broken(512, false), random, 0, 2_048)).contains("is wrong for 518 bytes");
    }
}
