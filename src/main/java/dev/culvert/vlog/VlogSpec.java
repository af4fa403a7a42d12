package dev.culvert.vlog;

import java.util.Locale;
import java.util.Set;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/**
 * What {@code vlog/set} and {@code --verbose} take: {@code PATTERN:destination:pattern}, {@code FACILITY:facility}, or
 * up to one each of a module, a destination and a level, in any order, between blanks, commas or colons.
 */
final class VlogSpec {
    private static final String SEPARATORS = " ,:\t";

    /** RFC 5424 section 6.2.1, under the names of syslog.conf(5). */
    private static final Set<String> FACILITIES = Set.of(
            "auth",
            "authpriv",
            "clock",
            "cron",
            "daemon",
            "ftp",
            "kern",
            "local0",
            "local1",
            "local2",
            "local3",
            "local4",
            "local5",
            "local6",
            "local7",
            "lpr",
            "mail",
            "news",
            "ntp",
            "syslog",
            "user",
            "uucp",
            "audit",
            "alert",
            "clock2");

    private VlogSpec() {}

    static void apply(String spec, Vlog log) throws VlogException {
        StringTokenizer words = new StringTokenizer(spec, SEPARATORS);
        if (!words.hasMoreTokens()) {
            setLevels(words, "", log);
            return;
        }
        String first = words.nextToken();
        switch (first.toUpperCase(Locale.ROOT)) {
            case "PATTERN" -> setPattern(words, log);
            case "FACILITY" -> {
                String facility = words.hasMoreTokens() ? words.nextToken("").substring(1) : "";
                if (!FACILITIES.contains(facility)) {
                    throw new VlogException("invalid facility");
                }
            }
            default -> setLevels(words, first, log);
        }
    }

    private static void setPattern(StringTokenizer words, Vlog log) throws VlogException {
        if (!words.hasMoreTokens()) {
            throw new VlogException("missing destination");
        }
        String name = words.nextToken();
        VlogDestination destination = VlogDestination.parse(name);
        if (destination == null && !name.equalsIgnoreCase("any")) {
            throw new VlogException("unknown destination \"" + name + "\"");
        }
        // The rest after one separator, whatever is in it.
        String pattern = words.hasMoreTokens() ? words.nextToken("").substring(1) : "";
        log.setPattern(destination, pattern);
    }

    private static void setLevels(StringTokenizer words, String first, Vlog log) throws VlogException {
        @Nullable VlogModule module = null;
        @Nullable VlogDestination destination = null;
        @Nullable VlogLevel level = null;
        String word = first;
        while (!word.isEmpty()) {
            VlogLevel asLevel = VlogLevel.parse(word);
            VlogDestination asDestination = VlogDestination.parse(word);
            VlogModule asModule = log.find(word);
            if (asDestination != null) {
                refuseSecond(destination, "destinations");
                destination = asDestination;
            } else if (asLevel != null) {
                refuseSecond(level, "levels");
                level = asLevel;
            } else if (asModule != null) {
                refuseSecond(module, "modules");
                module = asModule;
            } else if (!word.equalsIgnoreCase("any")) {
                throw new VlogException("no destination, level, or module \"" + word + "\"");
            }
            word = words.hasMoreTokens() ? words.nextToken() : "";
        }
        log.setLevels(module, destination, level != null ? level : VlogLevel.DBG);
    }

    private static void refuseSecond(@Nullable Object earlier, String what) throws VlogException {
        if (earlier != null) {
            throw new VlogException("cannot specify multiple " + what);
        }
    }
}
