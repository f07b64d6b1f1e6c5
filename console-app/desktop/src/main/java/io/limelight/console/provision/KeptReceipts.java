package io.limelight.console.provision;

import io.limelight.console.machines.MachineReceipts;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.records.ReceiptStore;
import io.limelight.console.words.Words;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.api.AgentId;
import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Receipts of earlier runs, read as they were written; one that cannot be read is shown as its text. */
public final class KeptReceipts implements MachineReceipts {
    private final ReceiptStore store;
    private final long profile;
    private final Words words;

    /** Those of a profile. */
    public KeptReceipts(ReceiptStore store, long profile, Words words) {
        this.store = store;
        this.profile = profile;
        this.words = words;
    }

    @Override
    public List<Receipt> of(AgentId id) throws ProblemException {
        ScreenThread.refuse("reading receipts");
        List<Receipt> receipts = new ArrayList<>();
        for (ReceiptStore.Receipt kept : store.of(profile, id)) {
            if (receipts.size() == MOST) {
                break;
            }
            receipts.add(read(kept));
        }
        return receipts;
    }

    private Receipt read(ReceiptStore.Receipt kept) {
        try {
            ObjectNode json = WireJson.parseObject(kept.text().getBytes(StandardCharsets.UTF_8));
            return new Receipt(kept.made(), facts(json), new String(WireJson.indented(json), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return new Receipt(kept.made(), List.of(), kept.text());
        }
    }

    private List<Fact> facts(ObjectNode json) {
        List<Fact> facts = new ArrayList<>();
        boolean proven = json.path("key_proven").asBoolean(false);
        facts.add(fact("key", words.of(proven ? "provision.receipt.proven" : "provision.receipt.no-key")));
        JsonNode certificate = json.path("payload").path("certificate");
        if (certificate.isObject()) {
            String until = certificate.path("until").asString("");
            facts.add(fact(
                    "certificate",
                    words.of(
                            "provision.receipt.certificate.value",
                            certificate.path("serial").asString(""),
                            certificate.path("subject").asString(""),
                            until.substring(0, Math.min(10, until.length())))));
        }
        String policies = json.path("policies").asString("");
        facts.add(fact("policies", policies.isEmpty() ? words.of("provision.receipt.none") : policies));
        JsonNode files = json.path("payload").path("files");
        if (!files.isEmpty()) {
            List<String> names = new ArrayList<>();
            for (JsonNode file : files) {
                names.add(file.path("name").asString(""));
            }
            facts.add(new Fact(words.of("provision.receipt.files", names.size()), String.join(", ", names)));
        }
        WireJson.text(json.path("payload"), "sha256").ifPresent(digest -> facts.add(fact("digest", digest)));
        return facts;
    }

    private Fact fact(String key, String value) {
        return new Fact(words.of("provision.receipt." + key), value);
    }
}
