package dev.bramble.dashboard;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses DASHBOARD = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.bramble.dashboard");

    /** All but {@code Main}, which wires it by hand. */
    @Test
    void theDashboardKnowsTheBrambleOnlyThroughControl() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.bramble.dashboard.Main")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.bramble.ledger..",
                        "dev.bramble.cluster..",
                        "dev.bramble.board..",
                        "dev.bramble.worker..",
                        "dev.bramble.store..",
                        "dev.bramble.trust..",
                        "dev.bramble.scheduler..",
                        "dev.bramble.leader..",
                        "dev.bramble.runner..",
                        "dev.bramble.agent..",
                        "dev.bramble.cli..")
                .allowEmptyShould(true)
                .check(DASHBOARD);
    }

    @Test
    void onlyOnePackageKnowsTheWebServerBeneath() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.bramble.dashboard.http..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.eclipse.jetty..")
                .check(DASHBOARD);
    }
}
