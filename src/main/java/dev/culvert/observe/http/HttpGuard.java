package dev.culvert.observe.http;

import dev.culvert.packet.IpAddress;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps pages from the scripts of other sites that a browser on this host may have open. A script reads an answer only if the
 * server allows it (CORS), which this one never does, or if the browser takes the server for the script's own site: a
 * name that was the attacker's can come to mean 127.0.0.1, or whatever address the server has (DNS rebinding). So who asks must
 * call it by a number or {@code localhost}, which no attacker can rebind, or by a name that it is known to have.
 */
final class HttpGuard {
    private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

    private HttpGuard() {}

    /**
     * Lets a request pass, or not.
     *
     * @param names by which the server may be called besides, in lower case; null for any
     * @throws HttpException if it does not pass
     */
    static void check(HttpRequest request, @Nullable Set<String> names) throws HttpException {
        String host = request.field("host");
        if (names != null && request.fields().containsKey("host") && !isOwnName(host, names)) {
            throw new HttpException(421, "this address is called localhost, or by its number");
        }
        String origin = request.field("origin");
        if (!origin.isEmpty() && !origin.equalsIgnoreCase("http://" + host)) {
            throw new HttpException(403, "not for the pages of other sites");
        }
        String site = request.field("sec-fetch-site");
        if (!site.isEmpty()
                && !OWN_SITE.contains(site)
                && !request.field("sec-fetch-mode").equals("navigate")) {
            throw new HttpException(403, "not for the pages of other sites");
        }
    }

    private static boolean isOwnName(String host, Set<String> names) {
        boolean bracket = host.startsWith("[");
        int end = bracket ? host.indexOf(']') + 1 : host.indexOf(':');
        String name = end < 0 ? host : host.substring(0, end);
        String rest = end < 0 ? "" : host.substring(end);
        if (!rest.isEmpty() && !rest.matches(":[0-9]{1,5}")) {
            return false;
        }
        if (bracket) {
            return name.length() > 2 && isIpv6(name.substring(1, name.length() - 1));
        }
        IpAddress address = IpAddress.parse(name);
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.equals("localhost") || names.contains(lower) || (address != null && address.isIpv4());
    }

    private static boolean isIpv6(String text) {
        return text.indexOf(':') >= 0 && IpAddress.parse(text) != null;
    }
}
