package dev.culvert.bench.report;

import dev.culvert.bench.arm.ArmKind;
import dev.culvert.bench.arm.Study;
import dev.culvert.bench.arm.Subject;
import dev.culvert.bench.trial.Ledger;
import java.util.ArrayList;
import java.util.List;

/**
 * Two that are compared under the same conditions.
 *
 * @param ours whose figures are divided: one of Culvert's arms
 * @param theirs by whose
 */
record Comparison(Subject ours, Subject theirs) {
    /** All that can be made of what was measured to compare switches. */
    static List<Comparison> of(Ledger ledger) {
        List<Subject> subjects = ledger.subjects().stream()
                .filter(subject -> subject.study() == Study.SWITCHES)
                .toList();
        List<Comparison> comparisons = new ArrayList<>();
        for (Subject ours : subjects) {
            for (Subject theirs : subjects) {
                if (ours.arm().ours()
                        && isOther(ours.arm(), theirs.arm())
                        && theirs.with(ours.arm()).equals(ours)) {
                    comparisons.add(new Comparison(ours, theirs));
                }
            }
        }
        return comparisons;
    }

    /** Culvert's two arms are compared once, not there and back. */
    private static boolean isOther(ArmKind ours, ArmKind theirs) {
        return ours != theirs && !(ours == ArmKind.USERSPACE && theirs.ours());
    }
}
