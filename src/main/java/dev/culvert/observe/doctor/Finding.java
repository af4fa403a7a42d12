package dev.culvert.observe.doctor;

/**
 * Something that is wrong.
 *
 * @param subject what it is about, such as a port
 * @param problem what is wrong
 * @param remedy what to do
 */
public record Finding(String subject, String problem, String remedy) {
    /** In one line. */
    @Override
    public String toString() {
        return subject + ": " + problem + "; " + remedy;
    }
}
