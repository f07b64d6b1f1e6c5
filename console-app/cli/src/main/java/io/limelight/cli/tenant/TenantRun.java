package io.limelight.cli.tenant;

import io.limelight.cli.command.CliContext;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.InvalidAgentIdException;
import io.limelight.core.api.InvalidEndpointException;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.ca.CaException;
import io.limelight.core.config.Component;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.TpmPolicyException;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tenant.Enrolment;
import io.limelight.core.tenant.EnrolmentDraft;
import io.limelight.core.tenant.EnrolmentPlan;
import io.limelight.core.tenant.Inventory;
import io.limelight.core.tenant.MachineFinder;
import io.limelight.core.tenant.PayloadChoice;
import io.limelight.core.tenant.PolicyChoice;
import io.limelight.core.tenant.PolicyDesk;
import io.limelight.core.tenant.PolicyPreparation;
import io.limelight.core.tenant.PreparedPolicies;
import io.limelight.core.tenant.Reenrolment;
import io.limelight.core.tenant.RevocationDesk;
import io.limelight.core.tenant.TenantException;
import io.limelight.core.tenant.TenantException.Kind;
import io.limelight.core.tenant.TenantServices;
import io.limelight.core.tenant.TenantSettings;
import io.limelight.core.tenant.Upkeep;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** One command line, done: options become a draft, a plan, a run. */
final class TenantRun {
    private final CliContext context;
    private final TenantOptions options;
    private final TenantOutput output;
    private final Cancellation cancellation;
    private final InstantSource clock = InstantSource.system();

    TenantRun(CliContext context, TenantOptions options, TenantOutput output, Cancellation cancellation) {
        this.context = context;
        this.options = options;
        this.output = output;
        this.cancellation = cancellation;
    }

    void run() throws TenantException, ConfigException {
        TenantWord command = command();
        // What is wrong with the words is said before any file is read or anybody asked.
        Optional<AgentId> named = named();
        TpmPolicy tpmPolicy = tpmPolicy();
        Optional<ApiVersion> agentVersion = agentVersion();
        ComponentConfig config = context.configuration().load(Component.TENANT);
        config.warnings().forEach(output::warn);
        TenantSettings settings = settings(config);
        PreparedPolicies policies = policies(command, settings);
        try (TenantServices services = new TenantServices(settings, clock, cancellation)) {
            switch (command.subject()) {
                case ENROLMENT -> enrol(command, named, tpmPolicy, policies, agentVersion, settings, services);
                case MACHINE -> tend(command, named.isPresent() ? named.get() : unnamed(services), settings, services);
                case MACHINES -> list(command, settings, services);
                case REVOCATIONS ->
                    new RevocationActs(new RevocationDesk(services), settings.verifier(), output).run(command, named);
                case RUNTIME_POLICY, BOOT_POLICY -> {
                    policies.warnings().forEach(output::warn);
                    new PolicyActs(new PolicyDesk(services), settings.verifier(), output)
                            .run(command, command.subject().policyKind().orElseThrow(), policies, tpmPolicy);
                }
            }
        }
    }

    private void enrol(
            TenantWord command,
            Optional<AgentId> named,
            TpmPolicy tpmPolicy,
            PreparedPolicies policies,
            Optional<ApiVersion> agentVersion,
            TenantSettings settings,
            TenantServices services)
            throws TenantException, ConfigException {
        Optional<PackageOptions> certified = PackageOptions.of(context, options, clock);
        try {
            // Planned before anybody is asked, so that a file that cannot be sent is named first.
            EnrolmentDraft draft = draft(
                    command, named.orElse(AgentId.DEFAULT), payload(certified), tpmPolicy, policies, agentVersion);
            // Planning reads files; the first handshakes need not wait for that.
            services.connectAhead();
            EnrolmentPlan planned = EnrolmentPlan.of(draft, settings);
            EnrolmentPlan plan = named.isPresent() ? planned : planned.about(unnamed(services));
            if (command == TenantWord.REENROL) {
                AgentId id = plan.draft().id();
                leave(id, certified, settings, services);
                if (options.reregister) {
                    output.info("Restart the agent of " + id
                            + ", so that it registers again; limelight tenant -c add then enrols it.");
                    return;
                }
            }
            if (certified.isPresent()) {
                certified.get().prepare(plan.draft().id());
            }
            enrol(plan, settings, services);
        } finally {
            certified.ifPresent(PackageOptions::close);
        }
    }

    /** Everything that is left of what it was. */
    private void leave(AgentId id, Optional<PackageOptions> certified, TenantSettings settings, TenantServices services)
            throws TenantException {
        Reenrolment reenrolment = new Reenrolment(settings, services, clock, output, cancellation);
        Reenrolment.Plan plan = reenrolment.plan(new Reenrolment.Draft(
                id,
                options.reregister,
                certified.map(packed -> new Reenrolment.Certificates(packed.authority(), false))));
        if (!plan.registered()) {
            throw new TenantException(
                    Kind.NOT_REGISTERED,
                    "The " + settings.registrar() + " does not know machine " + id
                            + ". Nothing was changed. Restart its agent, so that it registers again.");
        }
        Reenrolment.Done done = reenrolment.run(plan, fresh -> {
            if (certified.isEmpty()) {
                throw new CaException("no CA was named");
            }
            return certified.get().password().get(fresh);
        });
        done.revoked()
                .ifPresent(serial -> output.info("The certificate of " + id + " (serial " + serial + ") is revoked."));
    }

    /** Read and checked before anybody is asked. */
    private PreparedPolicies policies(TenantWord command, TenantSettings settings) throws TenantException {
        PolicyOptions given = new PolicyOptions(options, context.workingDirectory());
        PolicyPreparation preparation = new PolicyPreparation(settings, clock, cancellation);
        PolicyChoice choice = given.choice(command, preparation);
        Optional<PolicyKind> kind = command.subject().policyKind();
        if (kind.isEmpty() && command.subject() != TenantWord.Subject.ENROLMENT) {
            if (!given.given().isEmpty()) {
                output.warn(given.given().getFirst() + " means nothing with -c " + command + ".");
            }
            return PreparedPolicies.NONE;
        }
        Optional<String> missing = kind.flatMap(of -> PolicyActs.missing(command, of, choice));
        if (missing.isPresent()) {
            throw refused(missing.get());
        }
        given.warnings().forEach(output::warn);
        return preparation.prepare(choice);
    }

    // --- words ---

    private TenantWord command() throws TenantException {
        TenantWord command = TenantWord.of(options.command)
                .orElseThrow(() -> refused(
                        "\"" + printable(options.command) + "\" is no command; limelight tenant --help lists them."));
        Optional<String> contradiction = options.contradiction();
        if (contradiction.isPresent()) {
            throw refused(contradiction.get());
        }
        requireHost(options.targetHost, "-t");
        requireHost(options.cvTargetHost, "--cv_targethost");
        Optional<String> notYet = options.notYet();
        if (notYet.isPresent()) {
            throw refused("This build cannot do that yet: " + notYet.get() + ". Nothing was sent.");
        }
        return command;
    }

    /** An empty one, as a script's unset variable gives it, would be an address that every machine claims. */
    private static void requireHost(@Nullable String host, String option) throws TenantException {
        if (host == null) {
            return;
        }
        try {
            Endpoint.agent(host, 1);
        } catch (InvalidEndpointException e) {
            throw refused(option + ": " + e.getMessage());
        }
    }

    private static TenantException refused(String sentence) {
        return new TenantException(Kind.BAD_DRAFT, sentence);
    }

    private Optional<AgentId> named() throws TenantException {
        String uuid = options.uuid;
        if (uuid == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(AgentId.of(uuid));
        } catch (InvalidAgentIdException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    private TpmPolicy tpmPolicy() throws TenantException {
        try {
            return TpmPolicy.fromUser(options.tpmPolicy);
        } catch (TpmPolicyException e) {
            throw refused("--" + e.getMessage() + ".");
        }
    }

    private Optional<ApiVersion> agentVersion() throws TenantException {
        String text = options.agentApiVersion;
        if (text == null) {
            return Optional.empty();
        }
        ApiVersion version = ApiVersion.parse(text)
                .filter(ApiVersion::supported)
                .orElseThrow(() -> refused("--agent-api-version " + printable(text)
                        + " is not one this program speaks: " + ApiVersion.SUPPORTED + "."));
        return Optional.of(version);
    }

    private TenantSettings settings(ComponentConfig config) throws ConfigException, TenantException {
        TenantSettings configured = TenantSettings.of(config);
        try {
            return configured.with(
                    Endpoint.registrar(
                            or(options.registrarHost, configured.registrar().host()),
                            or(options.registrarPort, configured.registrar().port())),
                    Endpoint.verifier(
                            or(options.verifierHost, configured.verifier().host()),
                            or(options.verifierPort, configured.verifier().port())));
        } catch (InvalidEndpointException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }

    // --- which machine ---

    private AgentId unnamed(TenantServices services) throws TenantException {
        String host = options.targetHost;
        if (host == null) {
            output.warn("Using default UUID " + AgentId.DEFAULT);
            return AgentId.DEFAULT;
        }
        MachineFinder.Found found = new MachineFinder(services).at(host, port(options.targetPort));
        output.warn(found.sentence());
        return found.id();
    }

    private static OptionalInt port(@Nullable Integer port) {
        return port == null ? OptionalInt.empty() : OptionalInt.of(port);
    }

    // --- acts ---

    private EnrolmentDraft draft(
            TenantWord command,
            AgentId id,
            PayloadChoice payload,
            TpmPolicy tpmPolicy,
            PreparedPolicies policies,
            Optional<ApiVersion> agentVersion) {
        return new EnrolmentDraft(
                id,
                command == TenantWord.UPDATE,
                !options.noVerifierCheck,
                Optional.ofNullable(options.targetHost),
                port(options.targetPort),
                Optional.ofNullable(options.cvTargetHost),
                payload,
                tpmPolicy,
                policies,
                options.verify,
                agentVersion);
    }

    private PayloadChoice payload(Optional<PackageOptions> certified) {
        if (certified.isPresent()) {
            return certified.get().choice();
        }
        Path file = options.file;
        Path key = options.key;
        if (file != null) {
            Path place = here(file);
            return Files.isDirectory(place) ? new PayloadChoice.Folder(place) : new PayloadChoice.PlainFile(place);
        }
        return key == null
                ? new PayloadChoice.None()
                : new PayloadChoice.ExistingKey(
                        here(key), Optional.ofNullable(options.payload).map(this::here));
    }

    private Path here(Path path) {
        return context.workingDirectory().resolve(path);
    }

    private void enrol(EnrolmentPlan plan, TenantSettings settings, TenantServices services) throws TenantException {
        output.enrolled(new Enrolment(settings, services, new SecureRandom(), clock, output, cancellation).run(plan));
    }

    private void tend(TenantWord command, AgentId id, TenantSettings settings, TenantServices services)
            throws TenantException {
        Inventory inventory = new Inventory(services);
        Upkeep upkeep = new Upkeep(settings, services, clock, output, cancellation);
        switch (command) {
            case CVSTATUS -> verifierStatus(id, settings, inventory);
            case REGSTATUS -> registrarStatus(id, settings, inventory);
            case STATUS -> status(id, settings, inventory);
            case DELETE -> {
                if (upkeep.delete(id, !options.noVerifierCheck)) {
                    output.info("Agent " + id + " deleted from the CV");
                } else {
                    output.warn("Agent " + id + " was not on the verifier; there was nothing to delete.");
                }
            }
            case REACTIVATE -> {
                upkeep.reactivate(id, !options.noVerifierCheck);
                output.info("Agent " + id + " re-activated");
            }
            case REGDELETE -> {
                if (upkeep.unregister(id)) {
                    output.info("Agent " + id + " deleted from the registrar");
                } else {
                    output.warn("Agent " + id + " was not on the registrar; there was nothing to delete.");
                }
            }
            default -> throw new IllegalStateException("not about one machine: " + command);
        }
    }

    private void verifierStatus(AgentId id, TenantSettings settings, Inventory inventory) throws TenantException {
        output.verifierStatus(id, settings.verifier(), inventory.status(id).envelope());
    }

    private void registrarStatus(AgentId id, TenantSettings settings, Inventory inventory) throws TenantException {
        output.registrarStatus(
                id, settings.registrar(), inventory.registration(id).envelope());
    }

    /** Both are said, whatever the first one comes to. */
    private void status(AgentId id, TenantSettings settings, Inventory inventory) throws TenantException {
        TenantException first = null;
        try {
            registrarStatus(id, settings, inventory);
        } catch (TenantException e) {
            if (e.kind() == Kind.CANCELLED) {
                throw e;
            }
            first = e;
        }
        try {
            verifierStatus(id, settings, inventory);
        } catch (TenantException e) {
            if (first != null) {
                output.warn(first.sentences());
            }
            throw e;
        }
        if (first != null) {
            throw first;
        }
    }

    private void list(TenantWord command, TenantSettings settings, TenantServices services) throws TenantException {
        Inventory inventory = new Inventory(services);
        String verifierId = or(options.verifierId, "");
        switch (command) {
            case CVLIST ->
                output.verifierList(
                        settings.verifier(), inventory.watched(verifierId).envelope());
            case REGLIST ->
                output.registrarList(
                        settings.registrar(), inventory.registrations().envelope());
            case BULKINFO -> output.bulk(inventory.allStatus(verifierId).envelope());
            default -> throw new IllegalStateException("no list: " + command);
        }
    }

    static String printable(String text) {
        String cut = text.length() > 60 ? text.substring(0, 60) + "…" : text;
        return cut.replaceAll("[\\p{Cntrl}\\p{Cf}]", "?");
    }
}
