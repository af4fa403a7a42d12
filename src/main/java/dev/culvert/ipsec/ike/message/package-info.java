/** IKEv2 messages as bytes (RFC 7296 section 3, RFC 7383): reading, which is total, and writing. No cryptography and no state. */
@NullMarked
package dev.culvert.ipsec.ike.message;

import org.jspecify.annotations.NullMarked;
