package dev.culvert.openflow.text;

import dev.culvert.openflow.field.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lists of field names, shortened as table features have them: neighbours that begin with the same word share it ({@code
 * eth_{src,dst}}), to any depth, and numbered ones become a range ({@code reg0...reg15}).
 */
final class FieldSetText {
    private static final Pattern NUMBERED = Pattern.compile("(.*?)(\\d+)");

    private FieldSetText() {}

    /** The names of some fields, in their order, with blanks between. */
    static String format(Collection<Field> fields) {
        return String.join(" ", group(ranges(fields.stream().map(Field::name).toList())));
    }

    /** Joins runs of names that differ in a number that counts up. */
    private static List<String> ranges(List<String> names) {
        List<String> out = new ArrayList<>();
        int i = 0;
        while (i < names.size()) {
            int end = runEnd(names, i);
            out.add(end > i ? names.get(i) + "..." + lastPart(names.get(end)) : names.get(i));
            i = end + 1;
        }
        return out;
    }

    /** The end of a range without the words that it shares with the names around it. */
    private static String lastPart(String name) {
        return name.substring(name.indexOf('_') + 1);
    }

    private static int runEnd(List<String> names, int start) {
        Matcher first = NUMBERED.matcher(names.get(start));
        int end = start;
        if (first.matches()) {
            int number = Integer.parseInt(first.group(2));
            while (end + 1 < names.size() && names.get(end + 1).equals(first.group(1) + (number + end + 1 - start))) {
                end++;
            }
        }
        return end;
    }

    /** Joins neighbours that begin with the same word and an underscore. */
    private static List<String> group(List<String> names) {
        List<String> out = new ArrayList<>();
        int i = 0;
        while (i < names.size()) {
            int underscore = names.get(i).indexOf('_');
            int end = i + 1;
            if (underscore > 0) {
                String word = names.get(i).substring(0, underscore + 1);
                while (end < names.size() && names.get(end).startsWith(word)) {
                    end++;
                }
                if (end - i > 1) {
                    List<String> inner = names.subList(i, end).stream()
                            .map(name -> name.substring(underscore + 1))
                            .toList();
                    out.add(word + "{" + String.join(",", group(inner)) + "}");
                    i = end;
                    continue;
                }
            }
            out.add(names.get(i));
            i++;
        }
        return out;
    }
}
