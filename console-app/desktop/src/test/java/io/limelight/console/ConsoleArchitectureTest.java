package io.limelight.console;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The console's rooms as rules. */
@AnalyzeClasses(packages = "io.limelight.console", importOptions = ImportOption.DoNotIncludeTests.class)
class ConsoleArchitectureTest {
    private static final String[] TOOLKIT = {
        "javafx.scene..",
        "javafx.stage..",
        "javafx.application..",
        "javafx.animation..",
        "org.controlsfx..",
        "atlantafx.."
    };

    @ArchTest
    static final ArchRule whatIsKnownKnowsNoToolkit = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.limelight.console.fleet..",
                    "io.limelight.console.problem..",
                    "io.limelight.console.words..",
                    "io.limelight.console.work..",
                    "io.limelight.console.records..",
                    "io.limelight.console.machines.filter..",
                    "io.limelight.console.machines.evidence..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(TOOLKIT)
            .because("what a fleet is and how it is asked must be tested, and could be used, without a window");

    @ArchTest
    static final ArchRule viewModelsKnowNoNodes = noClasses()
            .that()
            .haveSimpleNameEndingWith("ViewModel")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(TOOLKIT)
            .because("a view model holds all state and validation and runs in tests without a toolkit");

    @ArchTest
    static final ArchRule viewsAskNoServer = noClasses()
            .that()
            .haveSimpleNameEndingWith("View")
            .or()
            .haveSimpleNameEndingWith("Page")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("okhttp3..", "io.limelight.store..", "java.net.http..")
            .because("a view binds; what blocks is done by a service, off the screen's thread");

    @ArchTest
    static final ArchRule oneRoomKnowsTheIcons = noClasses()
            .that()
            .resideOutsideOfPackage("io.limelight.console.theme..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.kordamp..")
            .because("icons are named by what they mean, in one enum");

    @ArchTest
    static final ArchRule roomsFormNoCycle =
            slices().matching("io.limelight.console.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nobodyWritesToStandardStreamsButWhoStarts = noClasses()
            .that()
            .resideInAnyPackage("io.limelight.console.(*)..")
            .should(ACCESS_STANDARD_STREAMS)
            .because("nobody reads them behind a window");

    @ArchTest
    static final ArchRule recordsOfTheFleetAreImmutable = classes()
            .that()
            .resideInAPackage("io.limelight.console.fleet")
            .and()
            .areRecords()
            .should()
            .haveOnlyFinalFields();
}
