package io.limelight.console.policies;

import io.limelight.console.fleet.Problems;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.words.Words;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.PolicyAssignment;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.api.PolicyName;
import io.limelight.core.api.StoredPolicy;
import io.limelight.core.api.ToldFailure;
import io.limelight.core.api.WireFormatException;
import io.limelight.core.json.WireJson;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.TpmPolicyException;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tenant.Examination;
import io.limelight.core.tenant.PolicyDesk;
import io.limelight.core.tenant.PolicyDesk.Content;
import io.limelight.core.tenant.PreparedBootPolicy;
import io.limelight.core.tenant.PreparedRuntimePolicy;
import io.limelight.core.tenant.TenantException;
import io.limelight.core.tenant.TenantServices;
import io.limelight.core.tenant.TenantSettings;
import io.limelight.core.tpm.PcrMask;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The same acts as the command line's, with the settings of a profile. */
public final class TenantPolicyServer implements PolicyServer {
    private static final int CONFLICT = 409;

    private final TenantSettings settings;
    private final InstantSource clock;
    private final Words words;

    /** With these settings. */
    public TenantPolicyServer(TenantSettings settings, InstantSource clock, Words words) {
        this.settings = settings;
        this.clock = clock;
        this.words = words;
    }

    private interface Question<T> {
        T ask(PolicyDesk desk) throws TenantException;
    }

    private <T> T ask(Cancellation cancellation, Question<T> question) throws ProblemException {
        ScreenThread.refuse("asking the verifier for policies");
        try (TenantServices services = new TenantServices(settings, clock, cancellation)) {
            return question.ask(new PolicyDesk(services));
        } catch (TenantException e) {
            throw new ProblemException(new Problems(words).of(e), e);
        }
    }

    @Override
    public List<String> names(PolicyKind kind, Cancellation cancellation) throws ProblemException {
        return ask(cancellation, desk -> desk.names(kind).value().names());
    }

    @Override
    public Stored read(PolicyKind kind, String name, Cancellation cancellation) throws ProblemException {
        StoredPolicy stored =
                ask(cancellation, desk -> desk.show(kind, new PolicyName(name)).value());
        String text = stored.text();
        String tpm = stored.tpmPolicy();
        return new Stored(text == null ? "" : text, tpm == null ? "" : tpm, Optional.empty());
    }

    @Override
    public void store(PolicyKind kind, String name, Stored policy, boolean fresh, Cancellation cancellation)
            throws ProblemException {
        Content content = content(kind, name, policy);
        ask(
                cancellation,
                desk -> fresh ? desk.add(new PolicyName(name), content) : desk.update(new PolicyName(name), content));
    }

    private Content content(PolicyKind kind, String name, Stored policy) throws ProblemException {
        if (kind == PolicyKind.MEASURED_BOOT) {
            return new Content.BootPolicyContent(new PreparedBootPolicy(policy.text(), name));
        }
        TpmPolicy tpm;
        try {
            tpm = policy.tpmPolicy().isEmpty() ? TpmPolicy.EMPTY : TpmPolicy.fromWire(policy.tpmPolicy());
        } catch (TpmPolicyException e) {
            throw io.limelight.console.problem.Problems.thrown(words, "policies.tpm-unreadable", e, name);
        }
        byte[] bytes = policy.text().getBytes(StandardCharsets.UTF_8);
        return new Content.RuntimePolicyContent(
                new PreparedRuntimePolicy(Base64.getEncoder().encodeToString(bytes), policy.signer(), name),
                tpm.asking(PcrMask.of(TpmPolicy.IMA_PCR)));
    }

    @Override
    public Map<AgentId, String> tpmPolicies(Cancellation cancellation) throws ProblemException {
        ScreenThread.refuse("asking the verifier what machines are judged by");
        try (TenantServices services = new TenantServices(settings, clock, cancellation)) {
            TenantServices.Verifier verifier = services.verifier();
            Map<AgentId, String> policies = new HashMap<>();
            // Most machines of a fleet have the same text: it is kept once.
            Map<String, String> texts = new HashMap<>();
            verifier.client().bulk(verifier.version(), "").value().forEach((id, status) -> {
                if (AgentId.problem(id).isEmpty()) {
                    String text = status.tpmPolicy();
                    policies.put(AgentId.of(id), text == null ? "" : texts.computeIfAbsent(text, same -> same));
                }
            });
            return policies;
        } catch (TenantException e) {
            throw new ProblemException(new Problems(words).of(e), e);
        } catch (ApiException e) {
            throw new ProblemException(new Problems(words).of(e), e);
        }
    }

    @Override
    public String freshQuote(AgentId machine, Cancellation cancellation) throws ProblemException {
        ScreenThread.refuse("asking a machine for its PCRs");
        try (TenantServices services = new TenantServices(settings, clock, cancellation)) {
            Examination.Result result = new Examination(settings, services, clock, new SecureRandom()).examine(machine);
            String quote = result.answer().quote();
            // Whether its lists are good is another question; without proof, values are anybody's.
            if (quote == null || result.appraisal().quote().isEmpty()) {
                throw io.limelight.console.problem.Problems.thrown(
                        words, "policies.quote-unproved", null, machine.value());
            }
            return quote;
        } catch (TenantException e) {
            throw new ProblemException(new Problems(words).of(e), e);
        }
    }

    @Override
    public void assign(AgentId machine, PolicyAssignment assignment, Cancellation cancellation)
            throws ProblemException {
        ScreenThread.refuse("changing what a machine is judged by");
        try (TenantServices services = new TenantServices(settings, clock, cancellation)) {
            services.machines().assign(machine, assignment);
        } catch (TenantException e) {
            throw new ProblemException(new Problems(words).of(e), e);
        } catch (ApiException.Refused e) {
            if (e.status() == CONFLICT) {
                throw io.limelight.console.problem.Problems.thrown(
                        words, "policies.assign-refused", e, machine.value(), Bits.printable(e.reason()));
            }
            throw new ProblemException(new Problems(words).of(e), e);
        } catch (ApiException e) {
            throw new ProblemException(new Problems(words).of(e), e);
        }
    }

    @Override
    public String address() {
        return settings.verifier().address();
    }

    @Override
    public void delete(PolicyKind kind, String name, Cancellation cancellation) throws ProblemException {
        ask(cancellation, desk -> {
            desk.delete(kind, new PolicyName(name));
            return name;
        });
    }

    @Override
    public void dryRun(
            PolicyKind kind,
            String text,
            List<AgentId> machines,
            IntConsumer begun,
            Consumer<Judged> judged,
            Cancellation cancellation)
            throws ProblemException {
        ScreenThread.refuse("trying a policy");
        ObjectNode draft = WireJson.object();
        if (kind == PolicyKind.RUNTIME) {
            draft.put("runtime_policy", Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
        } else {
            draft.put("mb_policy", text);
        }
        if (!machines.isEmpty()) {
            var agents = draft.putArray("agents");
            machines.forEach(id -> agents.add(id.value()));
        }
        try (TenantServices services = new TenantServices(settings, clock, cancellation)) {
            services.dryRuns().run(draft, (event, data) -> {
                if (event.equals("begin")) {
                    begun.accept(data.path("agents").asInt(0));
                } else if (event.equals("result")) {
                    judged(data).ifPresent(judged);
                }
            });
        } catch (TenantException e) {
            throw new ProblemException(new Problems(words).of(e), e);
        } catch (ApiException e) {
            throw new ProblemException(new Problems(words).of(e), e);
        }
    }

    private static Optional<Judged> judged(JsonNode data) {
        String id = data.path("agent_id").asString("");
        if (AgentId.problem(id).isPresent()) {
            return Optional.empty();
        }
        Judged.Verdict verdict = switch (data.path("verdict").asString("").toLowerCase(Locale.ROOT)) {
            case "pass" -> Judged.Verdict.PASS;
            case "fail" -> Judged.Verdict.FAIL;
            default -> Judged.Verdict.UNKNOWN;
        };
        List<Judged.Row> rows = new ArrayList<>();
        for (JsonNode failure : data.path("failures")) {
            try {
                rows.add(row(ToldFailure.from(failure)));
            } catch (WireFormatException e) {
                // One that cannot be read is still counted: the number of failures is told beside them.
            }
        }
        return Optional.of(new Judged(
                AgentId.of(id),
                verdict,
                data.path("failed").asLong(rows.size()),
                rows,
                Bits.printable(data.path("reason").asString(""))));
    }

    private static Judged.Row row(ToldFailure told) {
        String entry = told.context().getOrDefault("entry", "");
        return new Judged.Row(
                told.context().getOrDefault("path", ""),
                entry.matches("[0-9]{1,9}") ? Long.parseLong(entry) : 0,
                told.context().getOrDefault("line", ""),
                told.sentence().isEmpty() ? told.id() : told.sentence());
    }
}
