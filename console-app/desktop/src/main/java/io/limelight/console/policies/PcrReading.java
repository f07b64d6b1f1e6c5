package io.limelight.console.policies;

import io.limelight.console.fleet.FleetService;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.words.Words;
import io.limelight.console.work.Loaded;
import io.limelight.console.work.Loader;
import io.limelight.core.api.AgentId;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.tpm.PcrBlob;
import io.limelight.core.tpm.PcrValues;
import io.limelight.core.tpm.QuoteText;
import io.limelight.core.tpm.TpmFormatException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import javafx.beans.property.ReadOnlyObjectProperty;

/** Reads the PCRs of a machine, to make a TPM policy of some of them. Used on the screen's thread. */
public final class PcrReading implements AutoCloseable {
    private final PolicyServer server;
    private final FleetService fleet;
    private final Words words;
    private final Loader<Pcrs> read;

    /**
     * PCRs of a machine that can stand in a policy.
     *
     * @param machine whose
     * @param bank in which it quotes, and so the only one a verifier compares with: {@code sha256}
     * @param values PCR number to value, hex
     * @param fresh whether the machine was asked just now; otherwise they are those of its recorded quote
     */
    public record Pcrs(AgentId machine, String bank, SortedMap<Integer, String> values, boolean fresh) {
        /** Copies. */
        public Pcrs {
            values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
        }

        /** The policy that asks for these values. */
        public PcrContent content(Collection<Integer> pcrs) {
            SortedMap<Integer, SortedSet<String>> allowed = new TreeMap<>();
            values.forEach((pcr, value) -> {
                if (pcrs.contains(pcr)) {
                    allowed.put(pcr, new TreeSet<>(java.util.Set.of(value)));
                }
            });
            return new PcrContent(allowed);
        }
    }

    /** Nothing read yet. */
    public PcrReading(
            PolicyServer server, FleetService fleet, Words words, InstantSource clock, Executor work, Executor screen) {
        this.server = server;
        this.fleet = fleet;
        this.words = words;
        this.read = new Loader<>(work, screen, clock);
    }

    /** What was read. */
    public ReadOnlyObjectProperty<Loaded<Pcrs>> readProperty() {
        return read.stateProperty();
    }

    /** Forgets what was read. */
    public void begin() {
        read.clear();
    }

    /** Reads the last quote that is recorded of a machine. */
    public void recorded(AgentId machine) {
        read.clear();
        read.load(cancellation ->
                pcrs(machine, fleet.evidence(machine, cancellation).quote(), false));
    }

    /** Asks the machine itself. */
    public void fresh(AgentId machine) {
        read.clear();
        read.load(cancellation -> pcrs(machine, server.freshQuote(machine, cancellation), true));
    }

    private Pcrs pcrs(AgentId machine, String quote, boolean fresh) throws ProblemException {
        try {
            PcrValues values = PcrBlob.parse(QuoteText.parse(quote).pcrBlob()).values();
            SortedMap<Integer, String> useful = new TreeMap<>();
            for (int pcr : values.mask().pcrs().toArray()) {
                // These change with every file and every quote, and are judged otherwise.
                if (pcr != TpmPolicy.IMA_PCR && pcr != TpmPolicy.BINDING_PCR) {
                    values.hex(pcr).ifPresent(hex -> useful.put(pcr, hex));
                }
            }
            if (!useful.isEmpty()) {
                return new Pcrs(machine, values.bank().wireName(), useful, fresh);
            }
        } catch (TpmFormatException | IllegalArgumentException e) {
            throw Problems.thrown(words, "policies.no-pcrs", e, machine.value());
        }
        throw Problems.thrown(words, "policies.no-pcrs", null, machine.value());
    }

    @Override
    public void close() {
        read.close();
    }
}
