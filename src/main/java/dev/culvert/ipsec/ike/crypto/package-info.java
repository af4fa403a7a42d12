/**
 * IKEv2's cryptography on the JDK's providers: key exchange methods, pseudorandom functions, the key schedule, encrypted
 * payloads, signatures; and which of it an end offers and accepts. Knows no connection and no state but keys.
 */
@NullMarked
package dev.culvert.ipsec.ike.crypto;

import org.jspecify.annotations.NullMarked;
