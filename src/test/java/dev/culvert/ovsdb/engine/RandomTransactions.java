package dev.culvert.ovsdb.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Random transactions for the corpus's schema that insert, link, unlink and delete rows of few names, so that they often break
 * constraints. The same seed gives the same transactions.
 */
public final class RandomTransactions {
    private static final int NAMES = 12;

    private final RandomGenerator random;
    private int inserted;

    /**
     * A sequence of transactions.
     *
     * @param seed what determines them
     */
    public RandomTransactions(long seed) {
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    /** The parameters of the next "transact" request. */
    public String next() {
        List<String> operations = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            operations.add(operation());
        }
        return "[\"test\"," + String.join(",", operations) + "]";
    }

    private String operation() {
        return switch (random.nextInt(12)) {
            case 0 -> insert("Root", "\"name\":\"" + random.nextInt(4) + "\",\"a\":" + random.nextInt(3) + links());
            case 1 -> insert("Child", "\"next\":" + optional());
            case 2 -> insert("Target", "\"n\":" + random.nextInt(3));
            case 3 -> insert("Strict", "\"weak\":" + reference() + ",\"strong\":" + optional());
            case 4, 5 -> update("Root", "\"children\":" + set());
            case 6 -> update("Root", "\"name\":\"" + random.nextInt(4) + "\"" + links());
            case 7 -> update("Child", "\"next\":" + optional() + ",\"self\":" + optional());
            case 8 -> update("Strict", "\"weak\":" + set() + ",\"strong\":" + optional());
            case 9 -> mutate("Root", random.nextBoolean() ? "children" : "weak");
            default ->
                "{\"op\":\"delete\",\"table\":\"" + pick("Root", "Child", "Target", "Strict") + "\",\"where\":"
                        + where() + "}";
        };
    }

    private String insert(String table, String row) {
        // A fresh name most of the time, and one that may be taken some of the time.
        String name = random.nextInt(5) == 0 ? name() : uuid(inserted++ % NAMES);
        return "{\"op\":\"insert\",\"table\":\"" + table + "\",\"uuid\":\"" + name + "\",\"row\":{" + row + "}}";
    }

    private String update(String table, String row) {
        return "{\"op\":\"update\",\"table\":\"" + table + "\",\"where\":" + where() + ",\"row\":{" + row + "}}";
    }

    private String mutate(String table, String column) {
        return "{\"op\":\"mutate\",\"table\":\"" + table + "\",\"where\":" + where() + ",\"mutations\":[[\"" + column
                + "\",\"" + pick("insert", "delete") + "\"," + set() + "]]}";
    }

    private String where() {
        return random.nextInt(4) == 0 ? "[]" : "[[\"_uuid\",\"==\"," + reference() + "]]";
    }

    private String links() {
        return ",\"children\":" + set() + ",\"weak\":" + set() + ",\"named\":[\"map\",[[\"k\"," + reference() + "]]]";
    }

    private String set() {
        int first = random.nextInt(NAMES - 3);
        List<String> references = new ArrayList<>();
        for (int i = 0; i < random.nextInt(3); i++) {
            references.add("[\"uuid\",\"" + uuid(first + i) + "\"]");
        }
        return "[\"set\",[" + String.join(",", references) + "]]";
    }

    private String optional() {
        return random.nextBoolean() ? "[\"set\",[]]" : reference();
    }

    private String reference() {
        return "[\"uuid\",\"" + name() + "\"]";
    }

    private String name() {
        return uuid(random.nextInt(NAMES));
    }

    private String pick(String... words) {
        return words[random.nextInt(words.length)];
    }

    private static String uuid(int number) {
        return String.format("aaaaaaaa-0000-4000-8000-%012d", number);
    }
}
