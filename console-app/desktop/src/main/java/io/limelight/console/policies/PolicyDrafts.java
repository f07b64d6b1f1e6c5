package io.limelight.console.policies;

import io.limelight.console.problem.ProblemException;
import io.limelight.console.records.DraftStore;
import io.limelight.console.records.DraftStore.Draft;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.json.WireJson;
import io.limelight.core.policy.create.PolicyDifference;
import io.limelight.core.policy.create.PolicyDifference.Member;
import io.limelight.core.policy.edit.EditedPolicy;
import io.limelight.core.policy.runtime.RuntimePolicyException;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.secret.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Policies that were changed and not sent yet, kept between starts of the console: what was read and the steps since. What was read
 * is a file of its own where it is long, in the console's folder and for this person alone; the draft names it.
 */
public final class PolicyDrafts {
    private static final String KIND = "policy";
    private static final int INLINE = 256 * 1024;
    private static final int MOST_STEPS = 15_000;

    private final DraftStore store;
    private final Optional<Path> folder;
    private final long profile;

    /**
     * On a store.
     *
     * @param folder where long policies are kept; empty: they are not
     * @param profile whose
     */
    public PolicyDrafts(DraftStore store, Optional<Path> folder, long profile) {
        this.store = store;
        this.folder = folder;
        this.profile = profile;
    }

    /**
     * A draft.
     *
     * @param name of the policy
     * @param policy as it was read, with the steps since
     * @param tpmPolicy what goes with it on the wire
     * @param fresh whether the verifier had none of this name
     * @param revision of what is stored; 0 for one that never was
     * @param changed when it was stored
     */
    public record Kept(
            String name, EditedPolicy policy, String tpmPolicy, boolean fresh, long revision, Instant changed) {}

    private String id(String name) {
        return KIND + "." + profile + "." + name;
    }

    /** Names of all drafts. */
    public List<String> names() throws ProblemException {
        ScreenThread.refuse("reading drafts of policies");
        return store.all(KIND, profile).stream().map(Draft::name).toList();
    }

    /** One; empty if there is none, or none that can be read any more. */
    public Optional<Kept> find(String name) throws ProblemException {
        ScreenThread.refuse("reading a draft of a policy");
        Optional<Draft> draft = store.find(id(name));
        if (draft.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(read(draft.get()));
        } catch (IOException | RuntimePolicyException e) {
            return Optional.empty();
        }
    }

    private Kept read(Draft draft) throws IOException, RuntimePolicyException {
        ObjectNode json = WireJson.parseObject(draft.text().getBytes(StandardCharsets.UTF_8));
        String file = json.path("file").asString("");
        byte[] base = file.isEmpty() ? json.path("base").asString("").getBytes(StandardCharsets.UTF_8) : bytes(file);
        EditedPolicy policy = EditedPolicy.of(base);
        List<PolicyDifference> steps = new ArrayList<>();
        for (JsonNode step : json.path("steps")) {
            member(step.path(1).asString(""))
                    .ifPresent(member -> steps.add(new PolicyDifference(
                            step.path(0).asBoolean(),
                            member,
                            step.path(2).asString(""),
                            step.path(3).asString(""))));
        }
        return new Kept(
                draft.name(),
                policy.with(steps),
                json.path("tpm").asString(""),
                json.path("fresh").asBoolean(),
                draft.revision(),
                draft.changed());
    }

    private static Optional<Member> member(String text) {
        for (Member member : Member.values()) {
            if (member.text().equals(text)) {
                return Optional.of(member);
            }
        }
        return Optional.empty();
    }

    private byte[] bytes(String file) throws IOException {
        if (!file.matches("[0-9a-f]{64}\\.json") || folder.isEmpty()) {
            throw new IOException("no file of a draft");
        }
        Path path = folder.get().resolve(file);
        if (Files.size(path) > RuntimePolicyReader.MAX_BYTES) {
            throw new IOException("too long for a policy");
        }
        return Files.readAllBytes(path);
    }

    /** Stores one in the place of what is stored of this name. */
    public void keep(String name, EditedPolicy policy, String tpmPolicy, boolean fresh) throws ProblemException {
        ScreenThread.refuse("storing a draft of a policy");
        ObjectNode json = WireJson.object().put("tpm", tpmPolicy).put("fresh", fresh);
        byte[] base = policy.baseText();
        List<PolicyDifference> steps = policy.changes();
        if (steps.size() > MOST_STEPS) {
            // Too many to be told one by one: a person who means these keeps a file.
            return;
        }
        if (base.length <= INLINE) {
            json.put("base", new String(base, StandardCharsets.UTF_8));
        } else {
            Optional<String> file = file(policy.base().checksum(), base);
            if (file.isEmpty()) {
                return;
            }
            json.put("file", file.get());
        }
        var list = json.putArray("steps");
        for (PolicyDifference step : steps) {
            list.addArray()
                    .add(step.added())
                    .add(step.member().text())
                    .add(step.name())
                    .add(step.value());
        }
        String text = WireJson.compactText(json);
        if (text.length() > DraftStore.LONGEST) {
            return;
        }
        long revision = store.find(id(name)).map(Draft::revision).orElse(0L);
        store.put(new Draft(id(name), KIND, profile, name, text, revision, Instant.EPOCH));
    }

    private Optional<String> file(String checksum, byte[] text) {
        if (folder.isEmpty()) {
            return Optional.empty();
        }
        String name = checksum + ".json";
        try {
            Path inside = PrivateFiles.createFolder(folder.get());
            if (!Files.exists(inside.resolve(name))) {
                PrivateFiles.write(inside.resolve(name), text);
            }
            return Optional.of(name);
        } catch (IOException e) {
            // A disk that is full loses the draft, not the work that is on the screen.
            return Optional.empty();
        }
    }

    /** Forgets one. */
    public void forget(String name) throws ProblemException {
        ScreenThread.refuse("forgetting a draft of a policy");
        store.remove(id(name));
    }
}
