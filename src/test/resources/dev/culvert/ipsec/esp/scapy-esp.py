"""Seals and opens ESP packets with Scapy, an implementation that is not ours.

Reads lines from standard input: seal|open, suite, SPI, sequence number, ESN (0 or 1), keys, packet or payload; numbers in
decimal, bytes in hex. Payloads are of protocol 253, which means nothing to anybody. Writes the result of each in hex, or
"refused".
"""
import hashlib
import hmac
import struct
import sys

from scapy.layers.inet import IP
from scapy.layers.ipsec import ESP, IPSecIntegrityError, SecurityAssociation
from scapy.packet import Raw, raw

DIGESTS = {"SHA2_256": ("SHA2-256-128", "sha256", 32), "SHA2_384": ("SHA2-384-192", "sha384", 48),
           "SHA2_512": ("SHA2-512-256", "sha512", 64)}


def work(verb, suite, spi, sequence, extended, keys, data):
    spi, sequence, extended = int(spi), int(sequence), extended == "1"
    keys, data = bytes.fromhex(keys), bytes.fromhex(data)
    low, high = sequence & 0xffffffff, sequence >> 32
    if "GCM" in suite:
        sa = SecurityAssociation(ESP, spi=spi, seq_num=low, crypt_algo="AES-GCM", crypt_key=keys,
                                 esn_en=extended, esn=high)
        icv = 0
    else:
        name, digest, length = DIGESTS[suite[-8:]]
        key, secret, icv = keys[:-length], keys[-length:], length // 2
        # Scapy has no extended numbers beside an HMAC: the ICV is made here then
        sa = SecurityAssociation(ESP, spi=spi, seq_num=low, crypt_algo="AES-CBC", crypt_key=key,
                                 auth_algo="NULL" if extended else name, auth_key=None if extended else secret)

    def tag(packet):
        return hmac.new(secret, packet + struct.pack("!L", high), digest).digest()[:icv]

    if verb == "seal":
        packet = sa.encrypt(IP(src="192.0.2.1", dst="192.0.2.2", proto=253) / Raw(data))
        esp = raw(packet)[20:]
        return (esp + tag(esp) if icv and extended else esp).hex()
    if icv and extended:
        if not hmac.compare_digest(tag(data[:-icv]), data[-icv:]):
            return "refused"
        data = data[:-icv]
    packet = IP(raw(IP(src="192.0.2.1", dst="192.0.2.2", proto=50) / Raw(data)))
    try:
        opened = sa.decrypt(packet)
    except IPSecIntegrityError:
        return "refused"
    return raw(opened)[20:].hex() if opened.proto == 253 else "refused"


for line in sys.stdin:
    print(work(*line.split()))
