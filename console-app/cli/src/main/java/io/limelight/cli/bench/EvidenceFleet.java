package io.limelight.cli.bench;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.ima.MeasuredFile;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.tpm.AcceptedAlgorithms;
import io.limelight.core.tpm.ClockInfo;
import io.limelight.core.tpm.EccCurve;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrValues;
import io.limelight.core.tpm.soft.SoftAttestationKey;
import io.limelight.store.Database;
import io.limelight.verifier.state.AgentPolicies;
import io.limelight.verifier.state.AgentStore;
import io.limelight.verifier.state.Enrolment;
import io.limelight.verifier.state.EvidenceStore;
import io.limelight.verifier.state.KeptEvidence;
import io.limelight.verifier.state.Progress;
import io.limelight.verifier.state.RowHash;
import io.limelight.verifier.vault.StorageKeyFile;
import io.limelight.verifier.vault.Vault;
import io.limelight.verifier.vault.VaultException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Machines with kept evidence, put into the database of a verifier that does not run yet and will not ask them: real quotes of
 * software keys over measurement lists that lead to their PCR 10.
 */
final class EvidenceFleet {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int KEYS = 20;

    private final int machines;
    private final int entries;
    private final int own;
    private final boolean equal;
    private final StringBuilder digests = new StringBuilder();

    /**
     * A fleet.
     *
     * @param entries of each list
     * @param own how many of them no other machine has
     * @param equal whether all lists are one and the same; otherwise each is in an order of its own
     */
    EvidenceFleet(int machines, int entries, int own, boolean equal) {
        this.machines = machines;
        this.entries = entries;
        this.own = equal ? 0 : own;
        this.equal = equal;
    }

    /** A file that was measured: its line, and what PCR 10 of the SHA-256 bank is extended by. */
    // Made once, never compared.
    @SuppressWarnings("ArrayRecordComponent")
    private record Row(byte[] line, byte[] extended) {}

    private Row row(String path) {
        MeasuredFile file = new MeasuredFile(
                path,
                HashAlgorithm.SHA256,
                HashAlgorithm.SHA256.digest(("content of " + path).getBytes(StandardCharsets.UTF_8)));
        digests.append(digests.isEmpty() ? "" : ", ")
                .append("\"" + path + "\": [\"" + HexFormat.of().formatHex(file.digest()) + "\"]");
        return new Row(
                file.line().strip().getBytes(StandardCharsets.UTF_8), HashAlgorithm.SHA256.digest(file.templateData()));
    }

    /** A policy that allows all of it; after {@link #plant}. */
    String policy() {
        return RuntimePolicy.EMPTY_TEXT.replace("\"digests\": {}", "\"digests\": {" + digests + "}");
    }

    /** Puts the fleet into the database of a verifier's work folder. */
    void plant(Path folder) throws VaultException {
        try (Database database = Database.open(folder.resolve("limelight_cv.sqlite"), "verifier")) {
            Vault vault =
                    new Vault(database, new StorageKeyFile(folder.resolve("limelight_storage.key"), true), RANDOM);
            AgentStore agents = new AgentStore(database, vault.open(), InstantSource.system());
            EvidenceStore evidence = new EvidenceStore(database);
            List<SoftAttestationKey> keys = new ArrayList<>();
            for (int i = 0; i < KEYS; i++) {
                keys.add(SoftAttestationKey.generateEcc(EccCurve.P256, HashAlgorithm.SHA256, RANDOM));
            }
            List<Row> shared = new ArrayList<>();
            for (int i = 0; i < entries - own; i++) {
                shared.add(row("/usr/lib/x86_64-linux-gnu/package-" + i % 977 + "/modules/libfile-" + i + ".so.1"));
            }
            List<Long> sharedNumbers = add(evidence, shared);
            for (int machine = 0; machine < machines; machine++) {
                plant(machine, agents, evidence, keys.get(machine % KEYS), shared, sharedNumbers);
            }
        }
    }

    private void plant(
            int machine,
            AgentStore agents,
            EvidenceStore evidence,
            SoftAttestationKey key,
            List<Row> shared,
            List<Long> sharedNumbers) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < entries; i++) {
            order.add(i);
        }
        if (!equal) {
            Collections.shuffle(order, new Random(machine));
        }
        List<Row> mine = new ArrayList<>();
        for (int i = 0; i < own; i++) {
            mine.add(row("/opt/machine-" + machine + "/lib/libown-" + i + ".so"));
        }
        List<Long> myNumbers = add(evidence, mine);
        long[] numbers = new long[entries];
        byte[] pcr10 = new byte[32];
        long bytes = 0;
        for (int i = 0; i < entries; i++) {
            int index = order.get(i);
            boolean common = index < shared.size();
            Row row = common ? shared.get(index) : mine.get(index - shared.size());
            numbers[i] = common ? sharedNumbers.get(index) : myNumbers.get(index - shared.size());
            pcr10 = HashAlgorithm.SHA256.digest(pcr10, row.extended());
            bytes += row.line().length + 1;
        }
        AgentId id = AgentId.of(String.format(Locale.ROOT, "00000000-0000-4000-9000-%012d", machine));
        AgentStore.Added added =
                agents.add(enrolment(id, key), Progress.start(ApiVersion.CURRENT), null, null, AgentStore.Choices.NONE);
        if (!(added instanceof AgentStore.Added.Done(var agent))) {
            throw new IllegalStateException("a machine is there already: " + added);
        }
        // Nobody is to ask it.
        agents.stop(id);
        String nonce = "bench" + machine;
        String quote = key.quote(
                        nonce.getBytes(StandardCharsets.US_ASCII),
                        PcrValues.of(HashAlgorithm.SHA256, Map.of(10, Octets.copyOf(pcr10))),
                        new ClockInfo(1000, 1, 0, true))
                .format();
        evidence.put(
                agent.lease().agent(),
                new EvidenceStore.NewEvidence(
                        new KeptEvidence.Proof(
                                Instant.now(), "passed", nonce, quote, "sha256", new ClockInfo(1000, 1, 0, true)),
                        new EvidenceStore.NewRows(0, numbers, bytes, false),
                        null));
    }

    private static List<Long> add(EvidenceStore evidence, List<Row> rows) {
        Map<RowHash, byte[]> lines = new LinkedHashMap<>();
        List<RowHash> order = new ArrayList<>();
        for (Row row : rows) {
            RowHash hash = RowHash.of(HashAlgorithm.SHA256.digest(row.line()));
            order.add(hash);
            lines.put(hash, row.line());
        }
        Map<RowHash, Long> numbers = evidence.add(lines);
        return order.stream().map(numbers::get).toList();
    }

    private static Enrolment enrolment(AgentId id, SoftAttestationKey key) {
        return new Enrolment(
                id,
                "127.0.0.1",
                9002,
                "default",
                "127.0.0.1",
                8881,
                "{\"mask\": \"0x400\"}",
                "{}",
                new AcceptedAlgorithms(List.of("sha256"), List.of("rsa", "ecc"), List.of("rsassa", "ecdsa")),
                key.publicArea().toBase64(),
                null,
                new AgentPolicies(Optional.empty(), Optional.empty(), ""));
    }
}
