package io.limelight.verifier;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.OperationalState;
import io.limelight.core.api.PolicyName;
import io.limelight.core.config.Component;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.core.json.WireJson;
import io.limelight.core.policy.boot.BootReference;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.store.Database;
import io.limelight.store.DatabaseLocation;
import io.limelight.store.ImportLine;
import io.limelight.store.ImportLine.Verdict;
import io.limelight.store.KeylimeFile;
import io.limelight.store.KeylimeFile.Row;
import io.limelight.verifier.policy.PolicyBook;
import io.limelight.verifier.policy.PolicyCheck;
import io.limelight.verifier.policy.PolicyCheck.Checked;
import io.limelight.verifier.policy.PolicyRefusedException;
import io.limelight.verifier.policy.SigningKeys;
import io.limelight.verifier.state.AgentStore;
import io.limelight.verifier.state.AgentStore.Added;
import io.limelight.verifier.state.PolicyKind;
import io.limelight.verifier.state.PolicyStore;
import io.limelight.verifier.state.Progress;
import io.limelight.verifier.vault.StorageKey;
import io.limelight.verifier.vault.StorageKeyFile;
import io.limelight.verifier.vault.Vault;
import io.limelight.verifier.vault.VaultException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes over what a Keylime verifier's SQLite file has: named policies, and agents with where they are, what they are judged
 * by, and their secrets, which are sealed here.
 *
 * <p>An agent goes through the same door as one that a tenant adds: its row is made into the body of that request, and
 * whatever is refused there is refused here, in the same words. Those that Keylime was asking are attested from their start,
 * the whole measurement list included; those that it had given up (failed, invalid quote, stopped) are taken over stopped,
 * until somebody reactivates them; one that was being deleted stays behind. Counters, clocks and learned keyrings are not taken: they are evidence that another
 * program has seen.
 *
 * <p>A trial does all of this in a database that is thrown away. To do it twice changes nothing: what is here stays.
 */
public final class KeylimeImport {
    private static final int EMPTY_POLICY = 1;
    private static final int MOST_BYTES = 100 << 20;

    private final KeylimeFile source;
    private final VerifierSettings settings;
    private final AgentStore store;
    private final PolicyStore stored;
    private final PolicyBook policies;
    private final PolicyCheck check;
    private final Admission admission;
    private final List<ImportLine> lines = new ArrayList<>();

    /** Why a named policy cannot be used, by kind and name. */
    private final Map<String, String> unusable = new HashMap<>();

    private KeylimeImport(
            KeylimeFile source, VerifierSettings settings, Database database, StorageKey key, InstantSource clock) {
        this.source = source;
        this.settings = settings;
        this.store = new AgentStore(database, key, clock);
        this.stored = new PolicyStore(database, clock);
        this.policies = new PolicyBook(stored, settings.judging());
        this.check = new PolicyCheck(settings.judging(), new SigningKeys(settings.signingKeys()), MOST_BYTES);
        this.admission = new Admission(settings, check, policies, settings::port);
    }

    /**
     * Takes over what the file has, or tries to.
     *
     * @param file Keylime's {@code cv_data.sqlite}; only read
     * @param apply false for a trial that stores nothing
     * @return what becomes of everything in it
     * @throws io.limelight.store.StoreException if either database cannot be used, or a verifier runs on ours
     */
    public static List<ImportLine> run(
            KeylimeConfig loader,
            Optional<Path> credentials,
            Path file,
            boolean apply,
            SecureRandom random,
            InstantSource clock)
            throws ConfigException, VaultException, IOException {
        ComponentConfig config = loader.load(Component.VERIFIER);
        VerifierSettings settings = VerifierSettings.read(config);
        try (KeylimeFile source = KeylimeFile.open(file, "verifiermain")) {
            if (!apply) {
                return trial(source, settings, random, clock);
            }
            DatabaseLocation location = DatabaseLocation.of(config, VerifierProgram.DATABASE);
            try (Database database = Database.openAlone(location, "verifier", config.bool("auto_migrate_db"));
                    StorageKey key = new Vault(database, StorageKeyFile.of(config, credentials), random).open()) {
                return new KeylimeImport(source, settings, database, key, clock).all();
            }
        }
    }

    private static List<ImportLine> trial(
            KeylimeFile source, VerifierSettings settings, SecureRandom random, InstantSource clock)
            throws IOException {
        Path folder = Files.createTempDirectory("limelight-import");
        try (Database database = Database.open(folder.resolve("trial.sqlite"), "verifier");
                StorageKey key = StorageKey.generate(random)) {
            return new KeylimeImport(source, settings, database, key, clock).all();
        } finally {
            remove(folder);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private List<ImportLine> all() {
        List<Row> agents = source.rows("SELECT * FROM verifiermain ORDER BY agent_id");
        Map<Integer, Row> runtime = byId("SELECT * FROM allowlists ORDER BY name");
        Map<Integer, Row> boot = byId("SELECT * FROM mbpolicies ORDER BY name");
        runtime.values().stream()
                .filter(row -> named(row, agents, "ima_policy_id"))
                .forEach(this::runtimePolicy);
        boot.values().stream().filter(row -> named(row, agents, "mb_policy_id")).forEach(this::bootPolicy);
        agents.forEach(agent -> agent(agent, runtime, boot));
        return List.copyOf(lines);
    }

    private Map<Integer, Row> byId(String sql) {
        Map<Integer, Row> rows = new java.util.LinkedHashMap<>();
        for (Row row : source.rows(sql)) {
            Integer id = row.number("id");
            if (id != null) {
                rows.put(id, row);
            }
        }
        return rows;
    }

    /** A policy without a name of its own bears that of its agent, and ends with it. */
    private static boolean named(Row policy, List<Row> agents, String column) {
        return agents.stream().noneMatch(agent -> ownOf(agent, policy, column));
    }

    private static boolean ownOf(Row agent, Row policy, String column) {
        return java.util.Objects.equals(agent.number(column), policy.number("id"))
                && java.util.Objects.equals(agent.text("agent_id"), policy.text("name"));
    }

    private void runtimePolicy(Row row) {
        String name = String.valueOf(row.text("name"));
        if (isEmpty(row)) {
            return;
        }
        policy(PolicyKind.RUNTIME, name, () -> {
            Checked<RuntimePolicy> checked = check.runtime(bytes(row.text("ima_policy")), null);
            return policies.addRuntime(name, checked, row.text("tpm_policy"))
                    ? null
                    : checked.text().body();
        });
    }

    private void bootPolicy(Row row) {
        String name = String.valueOf(row.text("name"));
        String text = row.text("mb_policy");
        if (text == null || text.isBlank()) {
            return;
        }
        policy(PolicyKind.BOOT, name, () -> {
            Checked<BootReference> checked = check.boot(text);
            return policies.addBoot(name, checked) ? null : checked.text().body();
        });
    }

    /** Stores one; the text of one whose name is taken. */
    private interface Storing {
        byte @Nullable [] store() throws PolicyRefusedException;
    }

    private void policy(PolicyKind kind, String name, Storing storing) {
        String what = kind.noun() + " " + name;
        Optional<String> problem = PolicyName.problem(name);
        try {
            if (problem.isPresent()) {
                left(what, problem.get());
                unusable.put(kind + name, what + " cannot be taken");
                return;
            }
            byte[] theirs = storing.store();
            if (theirs == null) {
                lines.add(new ImportLine(what, Verdict.TAKEN, "stored"));
            } else if (stored.find(kind, name)
                    .filter(ours -> Arrays.equals(ours.body(), theirs))
                    .isPresent()) {
                lines.add(new ImportLine(what, Verdict.KNOWN, "it is here already, with the same text"));
            } else {
                left(what, "there is one of that name here, with another text");
                unusable.put(kind + name, what + " is another one here");
            }
        } catch (PolicyRefusedException e) {
            left(what, String.valueOf(e.getMessage()));
            unusable.put(kind + name, what + " cannot be taken");
        }
    }

    private void left(String what, String why) {
        lines.add(new ImportLine(what, Verdict.LEFT, why));
    }

    private void agent(Row row, Map<Integer, Row> runtime, Map<Integer, Row> boot) {
        String name = String.valueOf(row.text("agent_id"));
        String what = "agent " + name.replaceAll("[^\\w.-]", "?");
        Optional<String> problem = AgentId.problem(name);
        if (problem.isPresent()) {
            left(what, problem.get());
            return;
        }
        String verifier = row.text("verifier_id");
        if (verifier != null && !verifier.isEmpty() && !verifier.equals(settings.id())) {
            left(
                    what,
                    "it belongs to the verifier \"" + verifier + "\"; this one is \"" + settings.id()
                            + "\" (option uuid)");
            return;
        }
        if (state(row).equals(Optional.of(OperationalState.TERMINATED))) {
            left(what, "a tenant has deleted it, and Keylime had not got round to that (terminated)");
            return;
        }
        Row runtimePolicy = runtime.get(row.number("ima_policy_id"));
        Row bootPolicy = boot.get(row.number("mb_policy_id"));
        Optional<String> hindrance = hindrance(PolicyKind.RUNTIME, row, "ima_policy_id", runtimePolicy)
                .or(() -> hindrance(PolicyKind.BOOT, row, "mb_policy_id", bootPolicy));
        if (hindrance.isPresent()) {
            left(what, hindrance.get());
            return;
        }
        try (Admission.Admitted admitted = admission.admit(AgentId.of(name), body(row, runtimePolicy, bootPolicy))) {
            boolean stopped = stopped(row);
            Progress start = Progress.start(admitted.version());
            Added added = store.add(
                    admitted.enrolment(),
                    stopped ? start.stopped() : start,
                    admitted.v(),
                    admitted.revocationKey(),
                    admitted.choices());
            switch (added) {
                case Added.Done _ ->
                    lines.add(new ImportLine(
                            what,
                            Verdict.TAKEN,
                            stopped
                                    ? "stopped, as Keylime had given it up (" + stateName(row) + "); reactivate it"
                                    : "to be attested from its start"));
                case Added.AgentExists _ ->
                    lines.add(new ImportLine(what, Verdict.KNOWN, "it is here already and stays as it is here"));
                case Added.PolicyExists(PolicyKind kind, String policy) ->
                    left(what, kind.noun() + " " + policy + " is here already, of another agent");
                case Added.PolicyUnknown(PolicyKind kind, String policy) ->
                    left(what, kind.noun() + " " + policy + " is not there");
            }
        } catch (Admission.RefusedException | IOException e) {
            left(what, String.valueOf(e.getMessage()));
        }
    }

    /** Why an agent cannot be judged by what Keylime judged it by; without a policy it would pass whatever it runs. */
    private Optional<String> hindrance(PolicyKind kind, Row agent, String column, @Nullable Row policy) {
        if (policy != null) {
            return Optional.ofNullable(unusable.get(kind + String.valueOf(policy.text("name"))));
        }
        String id = agent.text(column);
        return id == null
                ? Optional.empty()
                : Optional.of("its " + kind.noun().toLowerCase(Locale.ROOT) + " is not in the file (" + column + " "
                        + id.replaceAll("[^0-9-]", "?") + "); add it anew, with one");
    }

    private static boolean isEmpty(Row policy) {
        String text = policy.text("ima_policy");
        return text == null || text.isBlank() || java.util.Objects.equals(policy.number("generator"), EMPTY_POLICY);
    }

    /** Keylime asks nobody again whom it has in one of these states. */
    private static boolean stopped(Row row) {
        return state(row)
                .filter(state -> switch (state) {
                    case FAILED, INVALID_QUOTE, TENANT_FAILED -> true;
                    default -> false;
                })
                .isPresent();
    }

    private static Optional<OperationalState> state(Row row) {
        Integer number = row.number("operational_state");
        return number == null ? Optional.empty() : OperationalState.of(number);
    }

    private static String stateName(Row row) {
        return state(row).map(Enum::name).orElse("?").toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static byte[] bytes(@Nullable String text) {
        return String.valueOf(text).getBytes(StandardCharsets.UTF_8);
    }

    /** What a tenant would have posted. */
    private static ObjectNode body(Row row, @Nullable Row runtime, @Nullable Row boot) throws IOException {
        ObjectNode body = WireJson.object()
                .put("v", row.text("v"))
                .put("cloudagent_ip", row.text("ip"))
                .put("cloudagent_port", row.number("port"))
                .put("verifier_ip", row.text("verifier_ip"))
                .put("verifier_port", row.number("verifier_port"))
                .put("tpm_policy", unwrapped(row.text("tpm_policy")))
                .put("metadata", row.text("meta_data"))
                .put("ima_sign_verification_keys", row.text("ima_sign_verification_keys"))
                .put("revocation_key", row.text("revocation_key"))
                .put("ak_tpm", row.text("ak_tpm"))
                .put("mtls_cert", row.text("mtls_cert"))
                .put("supported_version", row.text("supported_version"));
        for (String list : List.of("accept_tpm_hash_algs", "accept_tpm_encryption_algs", "accept_tpm_signing_algs")) {
            String text = row.text(list);
            if (text == null) {
                body.putNull(list);
            } else {
                body.set(list, WireJson.parse(text));
            }
        }
        policy(body, row, runtime, "runtime_policy", "ima_policy_id");
        policy(body, row, boot, "mb_policy", "mb_policy_id");
        return body;
    }

    private static void policy(ObjectNode body, Row agent, @Nullable Row policy, String member, String column) {
        boolean runtime = member.equals("runtime_policy");
        String text = policy == null ? null : policy.text(runtime ? "ima_policy" : member);
        if (policy == null || text == null || text.isBlank() || (runtime && isEmpty(policy))) {
            body.put(member, "");
        } else if (ownOf(agent, policy, column)) {
            body.put(member, runtime ? Base64.getEncoder().encodeToString(bytes(text)) : text);
        } else {
            body.put(member, "").put(member + "_name", policy.text("name"));
        }
    }

    /** JSON text that is stored as a JSON string. */
    private static @Nullable String unwrapped(@Nullable String text) throws IOException {
        if (text == null) {
            return null;
        }
        JsonNode json = WireJson.parse(text);
        return json.isString() ? json.stringValue() : text;
    }
}
