package io.limelight.console.policies;

import io.limelight.console.activity.ActLog;
import io.limelight.console.activity.ActLog.Outcome;
import io.limelight.console.fleet.FleetService;
import io.limelight.console.fleet.KeptEvidence;
import io.limelight.console.policies.PolicyRow.Kind;
import io.limelight.console.policies.PolicyServer.Stored;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.words.Words;
import io.limelight.console.work.Loaded;
import io.limelight.console.work.Loader;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.json.WireJson;
import io.limelight.core.policy.boot.ReferenceStateBuilder;
import io.limelight.core.policy.boot.ReferenceStateException;
import io.limelight.core.task.Cancellation;
import io.limelight.core.uefi.BootLogException;
import io.limelight.core.uefi.BootLogParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import javafx.beans.property.ReadOnlyObjectProperty;

/** Makes a measured boot policy of a boot log, and keeps it when a person has looked at it. Used on the screen's thread. */
public final class ReadViewModel implements AutoCloseable {
    private final PolicyServer server;
    private final FleetService fleet;
    private final ActLog acts;
    private final Words words;
    private final Loader<Made> made;
    private final Loader<String> kept;

    /**
     * What was made.
     *
     * @param text JSON
     * @param warnings sentences
     */
    public record Made(String text, List<String> warnings) {
        /** Copies the list. */
        public Made {
            warnings = List.copyOf(warnings);
        }
    }

    /** Nothing made yet. */
    public ReadViewModel(
            PolicyServer server,
            FleetService fleet,
            ActLog acts,
            Words words,
            InstantSource clock,
            Executor work,
            Executor screen) {
        this.server = server;
        this.fleet = fleet;
        this.acts = acts;
        this.words = words;
        this.made = new Loader<>(work, screen, clock);
        this.kept = new Loader<>(work, screen, clock);
    }

    /** What was made of a machine's evidence. */
    public ReadOnlyObjectProperty<Loaded<Made>> madeProperty() {
        return made.stateProperty();
    }

    /** The name under which it is kept. */
    public ReadOnlyObjectProperty<Loaded<String>> keptProperty() {
        return kept.stateProperty();
    }

    /** Forgets what was made. */
    public void begin() {
        made.clear();
        kept.clear();
    }

    /** Makes one of what a machine proved. */
    public void make(AgentId machine) {
        made.load(cancellation -> boot(machine, fleet.evidence(machine, cancellation)));
    }

    /**
     * Makes one of a boot log in a file, as {@code /sys/kernel/security/tpm0/binary_bios_measurements} is one.
     *
     * @param withoutSecureBoot whether Secure Boot is meant to be off on the machines
     */
    public void make(Path log, boolean withoutSecureBoot) {
        made.load(_ -> file(log, withoutSecureBoot));
    }

    private Made file(Path log, boolean withoutSecureBoot) throws ProblemException {
        ScreenThread.refuse("reading a boot log");
        byte[] bytes;
        // Files of the kernel say that they are empty, so the length is found by reading.
        try (InputStream in = Files.newInputStream(log)) {
            bytes = in.readNBytes(BootLogParser.MAX_LENGTH + 1);
        } catch (IOException e) {
            throw Problems.thrown(words, "policies.file", e, log.toString());
        }
        if (bytes.length > BootLogParser.MAX_LENGTH) {
            throw Problems.thrown(words, "policies.file-too-large", null, log.toString());
        }
        return built(bytes, withoutSecureBoot, log.toString());
    }

    private Made boot(AgentId machine, KeptEvidence evidence) throws ProblemException {
        if (evidence.bootLog().isEmpty()) {
            throw Problems.thrown(words, "policies.no-boot-log", null, machine.value());
        }
        try {
            return built(Base64.getMimeDecoder().decode(evidence.bootLog()), false, machine.value());
        } catch (IllegalArgumentException e) {
            throw Problems.thrown(words, "policies.boot-log-unusable", e, machine.value());
        }
    }

    private Made built(byte[] log, boolean withoutSecureBoot, String whose) throws ProblemException {
        try {
            ReferenceStateBuilder.Result result =
                    ReferenceStateBuilder.build(BootLogParser.parse(log), withoutSecureBoot);
            return new Made(new String(WireJson.indented(result.json()), StandardCharsets.UTF_8), result.warnings());
        } catch (BootLogException | ReferenceStateException e) {
            throw Problems.thrown(
                    words,
                    "policies.boot-log-refused",
                    e,
                    Bits.printable(whose),
                    Bits.printable(String.valueOf(e.getMessage())));
        }
    }

    /** Keeps what was made at the verifier. */
    public void keep(String name) {
        Optional<Made> now = made.stateProperty().get().got();
        if (now.isEmpty() || kept.stateProperty().get().loading()) {
            return;
        }
        kept.load(cancellation -> keep(name, now.get(), cancellation));
    }

    private String keep(String name, Made policy, Cancellation cancellation) throws ProblemException {
        Map<String, String> facts = Map.of("kind", Kind.BOOT.key());
        try {
            server.store(
                    PolicyKind.MEASURED_BOOT,
                    name,
                    new Stored(policy.text(), "", Optional.empty()),
                    true,
                    cancellation);
        } catch (ProblemException e) {
            acts.did(new ActLog.Act("policy.create", List.of(name), Outcome.FAILED, facts));
            throw e;
        }
        acts.did(new ActLog.Act("policy.create", List.of(name), Outcome.DONE, facts));
        return name;
    }

    @Override
    public void close() {
        made.close();
        kept.close();
    }
}
