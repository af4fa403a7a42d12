package dev.culvert;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The plan of the house: a room uses only rooms that stand above it in this list, and only one room is native. */
class RoomsTest {
    /** From the foundation up; docs/architecture.md says what lives in each. */
    private static final List<String> ROOMS = List.of(
            "linux",
            "packet",
            "tunnel",
            "ipsec",
            "datapath",
            "stream",
            "jsonrpc",
            "vlog",
            "unixctl",
            "openflow",
            "ofproto",
            "ovsdb",
            "vswitch",
            "observe",
            "tools",
            "lab",
            "bench");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.culvert");

    @Test
    void aRoomUsesOnlyRoomsAboveIt() {
        List<String> wrong = new ArrayList<>();
        for (JavaClass from : CLASSES) {
            int here = ROOMS.indexOf(room(from));
            assertThat(here).as("the room of %s", from.getName()).isNotNegative();
            for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                JavaClass to = dependency.getTargetClass();
                if (to.getPackageName().startsWith("dev.culvert.") && ROOMS.indexOf(room(to)) > here) {
                    wrong.add(dependency.getDescription());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching("dev.culvert.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void onlyTheLinuxRoomCallsNativeCode() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackage("dev.culvert.linux..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.lang.foreign")
                        .and(com.tngtech.archunit.base.DescribedPredicate.describe(
                                "link to native code",
                                type -> type.getSimpleName().equals("Linker")
                                        || type.getSimpleName().equals("SymbolLookup"))))
                .check(CLASSES);
    }

    private static String room(JavaClass type) {
        String inner = type.getPackageName().substring("dev.culvert.".length());
        int dot = inner.indexOf('.');
        return dot < 0 ? inner : inner.substring(0, dot);
    }
}
