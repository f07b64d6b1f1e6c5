package io.limelight;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Date;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/**
 * The house and its rooms as rules: which way dependencies point, which library is known in which room, and what no
 * service may do. A rule over a package that does not exist yet holds until the first class moves in.
 */
@AnalyzeClasses(packages = "io.limelight", importOptions = ArchitectureTest.ShippedCode.class)
class ArchitectureTest {
    private static final String CORE = "io.limelight.core..";
    private static final String AGENT = "io.limelight.agent..";
    private static final String VERIFIER = "io.limelight.verifier..";
    private static final String REGISTRAR = "io.limelight.registrar..";
    private static final String STORE = "io.limelight.store..";
    private static final String METRICS = "io.limelight.metrics..";
    private static final String CLI = "io.limelight.cli..";
    private static final String CONSOLE = "io.limelight.console..";

    /** Everything that runs unattended: nobody reads its standard output, and its time and chance are injected. */
    private static final String[] UNATTENDED = {CORE, AGENT, VERIFIER, REGISTRAR, STORE, METRICS};

    /** Leaves out the tests, whether they come as folders or as core's test kit in a jar. */
    static final class ShippedCode implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/") && !location.contains("-tests.jar");
        }
    }

    // Which way dependencies point

    @ArchTest
    static final ArchRule coreKnowsNoProgram = noClasses()
            .that()
            .resideInAPackage(CORE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(AGENT, VERIFIER, REGISTRAR, STORE, METRICS, CLI, CONSOLE)
            .because("dependencies point desktop → cli → verifier, agent → core; core is what the programs share");

    @ArchTest
    static final ArchRule theAgentKnowsNoServer = noClasses()
            .that()
            .resideInAPackage(AGENT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(VERIFIER, REGISTRAR, STORE, METRICS, CLI, CONSOLE)
            .because(
                    "agent and servers meet on the wire only; a shared class would be a protocol nobody else can speak");

    @ArchTest
    static final ArchRule theServersKnowNoAgent = noClasses()
            .that()
            .resideInAnyPackage(VERIFIER, REGISTRAR, STORE, METRICS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(AGENT, CLI, CONSOLE)
            .because("what an agent sends is judged as bytes from a stranger, never as an object of ours");

    @ArchTest
    static final ArchRule registrarAndVerifierAreTwoServices = noClasses()
            .that()
            .resideInAPackage(VERIFIER)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(REGISTRAR)
            .because("either may be Keylime's own; they share a module, not code");

    @ArchTest
    static final ArchRule theRegistrarKnowsNoVerifier = noClasses()
            .that()
            .resideInAPackage(REGISTRAR)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(VERIFIER)
            .because("either may be Keylime's own; they share a module, not code");

    @ArchTest
    static final ArchRule theStoreKnowsNoService = noClasses()
            .that()
            .resideInAPackage(STORE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(REGISTRAR, VERIFIER)
            .because("the store is an engine below the services; what they keep is their business");

    @ArchTest
    static final ArchRule metersKnowNoService = noClasses()
            .that()
            .resideInAPackage(METRICS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(REGISTRAR, VERIFIER)
            .because("what is worth counting is the service's business; how it is read is the same for both");

    @ArchTest
    static final ArchRule theCommandLineKnowsNoConsole = noClasses()
            .that()
            .resideInAPackage(CLI)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(CONSOLE)
            .because("the command line runs on machines without a screen");

    @ArchTest
    static final ArchRule theConsoleUsesTheSandboxOnly = noClasses()
            .that()
            .resideInAPackage(CONSOLE)
            .should()
            .dependOnClassesThat(resideInAnyPackage(AGENT, VERIFIER, REGISTRAR, METRICS, CLI)
                    .and(DescribedPredicate.not(resideInAPackage("io.limelight.cli.sandbox.."))))
            .allowEmptyShould(true)
            .because("the console reaches services over the wire like any other client; only its sandbox starts them");

    @ArchTest
    static final ArchRule theConsoleKeepsItsOwnFileOnly = noClasses()
            .that()
            .resideInAPackage(CONSOLE)
            .should()
            .dependOnClassesThat(resideInAPackage(STORE)
                    .and(DescribedPredicate.not(resideInAPackage("io.limelight.store.local..")))
                    .and(DescribedPredicate.not(describe(
                            "what goes wrong with a store",
                            (JavaClass type) ->
                                    outermost(type).getName().equals("io.limelight.store.StoreException")))))
            .allowEmptyShould(true)
            .because("the services' databases are theirs; what the console remembers for a person is one small file");

    // No cycles

    @ArchTest
    static final ArchRule programsFormNoCycle =
            slices().matching("io.limelight.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule roomsOfCoreFormNoCycle =
            slices().matching("io.limelight.core.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule roomsOfTheAgentFormNoCycle =
            slices().matching("io.limelight.agent.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule roomsOfTheVerifierFormNoCycle = slices().matching("io.limelight.verifier.(*)..")
            .should()
            .beFreeOfCycles()
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule roomsOfTheCommandLineFormNoCycle =
            slices().matching("io.limelight.cli.(*)..").should().beFreeOfCycles();

    // Which library lives in which room

    @ArchTest
    static final ArchRule onlyTheServerGlueKnowsJetty = onlyIn("io.limelight.core.http..", "org.eclipse.jetty..")
            .because("limits, TLS reload and error shapes are set in one place for every listener");

    @ArchTest
    static final ArchRule onlyTheAgentsTpmRoomKnowsTss = onlyIn("io.limelight.agent.tpm..", "tss..")
            .because("TSS.Java marshals commands to our own TPM; it must see no byte from the network");

    @ArchTest
    static final ArchRule tssVerifiesNothing = noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching("tss\\.(Crypto|Tss|TpmFactory|TpmDevice.*|TpmHelpers)(\\$.*)?")
            .orShould(callMethodWhere(describe(
                    "a verification of TSS.Java",
                    (JavaMethodCall call) ->
                            call.getTargetOwner().getPackageName().startsWith("tss")
                                    && call.getName().startsWith("validate"))))
            .because("its helpers accept any ECDSA signature and misjudge RSA; quotes are verified by core.tpm");

    @ArchTest
    static final ArchRule onlyTheStoreKnowsTheDatabaseEngine = onlyIn(
                    STORE, "org.flywaydb..", "com.zaxxer..", "org.sqlite..", "org.postgresql..")
            .because("engines, pools, schemas and their errors are translated there once");

    @ArchTest
    static final ArchRule sqlIsWrittenInStoreClassesOnly = noClasses()
            .that()
            .resideOutsideOfPackage(STORE)
            .and(DescribedPredicate.not(describe(
                    "the Store classes of a service, or the vault, which is one by another name",
                    (JavaClass type) -> outermost(type).getSimpleName().matches(".*Store|Vault"))))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.jdbi..", "java.sql..", "javax.sql..")
            .because("a service's SQL stands in its *Store classes and the vault, which get a JDBI handle from"
                    + " io.limelight.store; rules and routes never see it");

    @ArchTest
    static final ArchRule onlyTheCommandLineKnowsPicocli =
            onlyIn(CLI, "picocli..").because("acts are drafts of core.tenant; the console makes the same ones");

    @ArchTest
    static final ArchRule onlyTheConsoleKnowsJavaFx = onlyIn(
                    CONSOLE, "javafx..", "com.sun.javafx..", "org.controlsfx..", "atlantafx..")
            .because("services and command line run without a toolkit, and view models are tested without one");

    @ArchTest
    static final ArchRule onlyTheBusKnowsZeroMq = onlyIn("io.limelight.core.bus..", "org.zeromq..", "zmq..")
            .because("sockets of that library belong to one thread each; one room keeps that promise");

    @ArchTest
    static final ArchRule onlyMetersKnowMicrometer = onlyIn(METRICS, "io.micrometer..", "io.prometheus..")
            .because("services count in their own words; another library for it would change one room");

    @ArchTest
    static final ArchRule onlyTheCommandLineConfiguresLogging = onlyIn("io.limelight.cli.logging..", "ch.qos.logback..")
            .because("everybody else logs through SLF4J and does not care where it goes");

    @ArchTest
    static final ArchRule httpClientsAreMadeInOnePlace = noClasses()
            .that()
            .resideOutsideOfPackage("io.limelight.core.api..")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("okhttp3\\.(OkHttpClient\\$Builder|Request.*|Call|Response.*)")
            .because(
                    "redirects, compression, repeats and sizes are bounded by core.api; a client made elsewhere is not");

    @ArchTest
    static final ArchRule jsonIsReadAsTreesOnly = noClasses()
            .should(callMethodWhere(describe(
                    "a binding of JSON to classes by reflection",
                    (JavaMethodCall call) ->
                            call.getTargetOwner().getPackageName().startsWith("tools.jackson")
                                    && Set.of("readValue", "treeToValue", "convertValue", "readerFor", "forType")
                                            .contains(call.getName()))))
            .because("peers disagree about types; records are filled by hand, and nothing from outside picks a class");

    @ArchTest
    static final ArchRule nobodyDeserializesJavaObjects = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.io.ObjectInputStream")
            .because("reading Java objects runs code of the sender's choice (the class of hole of CVE-2021-43310)");

    @ArchTest
    static final ArchRule servicesKeepNoSocketFiles = noClasses()
            .that()
            .resideOutsideOfPackages("io.limelight.agent.tpm..", "io.limelight.cli.sandbox..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.net.UnixDomainSocketAddress")
            .because(
                    "a user who was there first kept Keylime's revocation notifier from its socket under a known name in"
                            + " /tmp (CVE-2022-23950); only TPMs are reached so, at a path that is configured");

    @ArchTest
    static final ArchRule nobodyUsesJavaUtilLogging = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    // Rooms of core

    @ArchTest
    static final ArchRule tpmIsBytesAndMathematics = classes()
            .that()
            .resideInAPackage("io.limelight.core.tpm..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.limelight.core.tpm..",
                    "java.lang..",
                    "java.io..",
                    "java.math..",
                    "java.nio.charset..",
                    "java.security..",
                    "java.util..",
                    "javax.crypto..",
                    "org.bouncycastle..",
                    "org.jspecify..")
            .because("TPM structures are parsed and verified without knowing policies, HTTP, files or a clock");

    @ArchTest
    static final ArchRule appraisalIsAPureFunction = classes()
            .that()
            .resideInAPackage("io.limelight.core.appraisal..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                            "io.limelight.core.appraisal..",
                            "io.limelight.core.failure..",
                            "io.limelight.core.ima..",
                            "io.limelight.core.json..",
                            "io.limelight.core.policy..",
                            "io.limelight.core.tpm..",
                            "io.limelight.core.uefi..",
                            "java.lang..",
                            "java.math..",
                            "java.nio.charset..",
                            "java.security..",
                            "java.util..",
                            "org.jspecify..",
                            "tools.jackson..")
                    // What is remembered is JSON, and text that is none is an IOException.
                    .or(equivalentTo(IOException.class)))
            .because("the same evidence must get the same verdict tomorrow, offline and in a dry run:"
                    + " no clock, no network, no storage, no log");

    @ArchTest
    static final ArchRule failuresAreDataForEverybody = knowsOnly("failure", "json")
            .because("a failure is born once and travels through log, REST, CLI and screen; it must fit everywhere");

    @ArchTest
    static final ArchRule jsonKnowsNobody = knowsOnly("json").because("it is the bottom of the wire");

    @ArchTest
    static final ArchRule configurationKnowsNoService = knowsOnly("config", "secret")
            .because("options are text with a source; what they mean is said where they are used");

    @ArchTest
    static final ArchRule secretsKnowNobody = knowsOnly("secret").because("they are handed to everybody");

    @ArchTest
    static final ArchRule tasksKnowNoToolkit = knowsOnly("task").because("CLI and console show the same task");

    @ArchTest
    static final ArchRule tlsKnowsNoTransport =
            knowsOnly("tls", "secret").because("key and trust material is used by servers and clients alike");

    @ArchTest
    static final ArchRule theServerGlueKnowsNoDomain =
            knowsOnly("http", "json", "secret", "task", "tls").because("registrar, verifier and agent share it");

    @ArchTest
    static final ArchRule policiesKnowWhatTheySpeakOf = knowsOnly(
                    "policy", "failure", "ima", "json", "task", "tls", "tpm", "uefi")
            .because("a policy does not care where evidence comes from");

    @ArchTest
    static final ArchRule measurementsKnowNoPolicy = knowsOnly("ima", "json", "tls", "tpm")
            .allowEmptyShould(true)
            .because("a list is replayed the same way whatever is thought of it");

    @ArchTest
    static final ArchRule bootLogsKnowNoPolicy = knowsOnly("uefi", "json", "tpm")
            .allowEmptyShould(true)
            .because("a log is replayed the same way whatever is thought of it");

    @ArchTest
    static final ArchRule payloadsKnowNoTransport = knowsOnly("payload", "ca", "json", "secret", "task", "tls")
            .because("CLI and console pack, agents unpack; who carries it is another matter");

    @ArchTest
    static final ArchRule authoritiesKnowNoTransport = knowsOnly(
                    "ca", "config", "json", "revocation", "secret", "task", "tls")
            .because("a CA is a folder of files, with or without a network");

    @ArchTest
    static final ArchRule theBusKnowsNobody =
            knowsOnly("bus").because("it carries text; what stands in it is judged elsewhere");

    @ArchTest
    static final ArchRule listeningAuthoritiesKnowNoActs = knowsOnly(
                    "listen", "api", "bus", "ca", "config", "http", "json", "revocation", "secret", "task", "tls")
            .because("the console listens with the same classes as the command line");

    @ArchTest
    static final ArchRule noticesKnowNoTransport = knowsOnly("revocation", "failure", "json", "secret", "tls")
            .allowEmptyShould(true)
            .because("REST, webhook and ZeroMQ carry the same notice");

    @ArchTest
    static final ArchRule clientsKnowNoRules = knowsOnly(
                    "api", "appraisal", "failure", "json", "policy", "secret", "task", "tls", "tpm")
            .because("the wire is described without the acts done over it");

    @ArchTest
    static final ArchRule endorsementIsAQuestionOfCertificates = knowsOnly("endorsement", "api", "task", "tls", "tpm")
            .because("whether a TPM is real is decided from its certificates, for the tenant and whoever else asks");

    @ArchTest
    static final ArchRule actsKnowNoFaceAndNoServer = knowsOnly(
                    "tenant",
                    "api",
                    "appraisal",
                    "ca",
                    "config",
                    "endorsement",
                    "failure",
                    "json",
                    "payload",
                    "policy",
                    "revocation",
                    "secret",
                    "task",
                    "tls",
                    "tpm")
            .because("command line and console do the same acts; neither is known to them, nor is a listener");

    @ArchTest
    static final ArchRule onlyListenersKnowTheServerGlue = noClasses()
            .that()
            .resideInAPackage(CORE)
            .and()
            .resideOutsideOfPackages("io.limelight.core.http..", "io.limelight.core.listen..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.limelight.core.http..")
            .because("a client or a policy that knows a listener would drag a server into every program");

    @ArchTest
    static final ArchRule softwareKeysProveNothing = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "io.limelight.core.tpm.soft..", "io.limelight.cli.bench..", "io.limelight.cli.sandbox..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.limelight.core.tpm.soft..")
            .because("a key outside a TPM is for load tools and tests; an agent or a service must not even be able to");

    // What unattended programs do not do

    @ArchTest
    static final ArchRule servicesDoNotPrint = noClasses()
            .that()
            .resideInAnyPackage(UNATTENDED)
            .should(ACCESS_STANDARD_STREAMS)
            .because("standard output of a service carries its ready line and its log, both made in one place");

    @ArchTest
    static final ArchRule onlyTheCommandLineEndsTheProcess = noClasses()
            .that()
            .resideOutsideOfPackage(CLI)
            .should(callMethodWhere(describe(
                    "an end of the process",
                    (JavaMethodCall call) -> call.getTargetOwner().isAssignableTo(Runtime.class)
                            ? Set.of("exit", "halt").contains(call.getName())
                            : call.getTargetOwner().isAssignableTo(System.class)
                                    && call.getName().equals("exit"))))
            .because("services are started many to a process in tests and stop in order everywhere");

    @ArchTest
    static final ArchRule timeIsInjected = noClasses()
            .that()
            .resideInAnyPackage(UNATTENDED)
            .should(callMethodWhere(describe("a look at the machine's own clock", ArchitectureTest::readsTheClock)))
            .orShould()
            .callConstructor(Date.class)
            .because("expiry, back-off and validity are tested by moving an injected InstantSource"
                    + " (System.nanoTime, for measuring, is no clock)");

    private static boolean readsTheClock(JavaMethodCall call) {
        JavaClass owner = call.getTargetOwner();
        return (owner.isAssignableTo(System.class) && call.getName().equals("currentTimeMillis"))
                || (owner.getPackageName().equals("java.time")
                        && call.getName().equals("now")
                        && call.getTarget().getRawParameterTypes().isEmpty())
                || ((owner.isEquivalentTo(Clock.class) || owner.isEquivalentTo(InstantSource.class))
                        && call.getName().startsWith("system"));
    }

    @ArchTest
    static final ArchRule randomnessIsInjected = noClasses()
            .that()
            .resideInAnyPackage(UNATTENDED)
            .should()
            .callConstructor(java.security.SecureRandom.class)
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .callConstructor(Random.class)
            .orShould()
            .callMethod(java.util.UUID.class, "randomUUID")
            .because("keys, nonces and ids come from the SecureRandom a program is given, so that tests can repeat them"
                    + " and nobody uses a weaker source");

    @ArchTest
    static final ArchRule nobodySleepsBlindly = noClasses()
            .that(DescribedPredicate.not(describe(
                    "the two places that wait for what cannot call back",
                    (JavaClass type) -> Set.of("io.limelight.agent.tpm.TpmLink", "io.limelight.cli.sandbox.Pause")
                            .contains(outermost(type).getName()))))
            .should(callMethodWhere(describe(
                    "Thread.sleep",
                    (JavaMethodCall call) -> call.getTargetOwner().isAssignableTo(Thread.class)
                            && call.getName().equals("sleep"))))
            .because("waiting is core.task.Cancellation.sleep, which ends when the work is cancelled, or a scheduler");

    @ArchTest
    static final ArchRule serversStartNoProcesses = noClasses()
            .that()
            .resideInAnyPackage(VERIFIER, REGISTRAR, STORE, METRICS)
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.ProcessBuilder")
            .orShould()
            .callMethod(Runtime.class, "exec", String[].class)
            .because("what strangers send to a server must have no way to a command line");

    @ArchTest
    static final ArchRule everyPackagePromisesWhatIsNull = classes()
            .should(ArchCondition.from(describe(
                    "stand in a package marked @NullMarked",
                    (JavaClass type) -> type.getPackage().isAnnotatedWith(NullMarked.class))))
            .because("the null check of the build passes over packages without the mark");

    /** These libraries are used in this room and nowhere else. */
    private static ArchRule onlyIn(String room, String... libraries) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(room)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(libraries);
    }

    /** Of all our packages, a room of core uses itself and these rooms. */
    private static ArchRule knowsOnly(String room, String... others) {
        String[] known = Stream.concat(Stream.of(room), Arrays.stream(others))
                .map(name -> "io.limelight.core." + name + "..")
                .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage("io.limelight.core." + room + "..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("io.limelight..").and(DescribedPredicate.not(resideInAnyPackage(known))));
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
    }
}
