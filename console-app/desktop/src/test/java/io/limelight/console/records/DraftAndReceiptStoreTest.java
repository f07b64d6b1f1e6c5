package io.limelight.console.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.problem.ProblemException;
import io.limelight.console.records.DraftStore.Draft;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DraftAndReceiptStoreTest {
    private static final AgentId MACHINE = AgentId.of("web-07");

    @TempDir
    Path home;

    private Instant now = Instant.parse("2026-11-28T20:00:00Z");
    private Records records;

    @BeforeEach
    void open() {
        records =
                Records.open(new ConsoleFolder(home), Words.english(), new SecureRandom(), () -> now, VaultTest.CHEAP);
    }

    @AfterEach
    void close() {
        records.close();
    }

    private static Draft draft(String id, long profile, String text) {
        return new Draft(id, "payload", profile, "SSH keys", text, 0, Instant.EPOCH);
    }

    @Test
    void theLaterOfTwoConsolesDoesNotOverwriteWhatItHasNotSeen() throws ProblemException {
        Draft first = records.drafts().put(draft("a", 0, "{}")).orElseThrow();
        Draft theirs = new Draft("a", "payload", 0, "SSH keys", "{\"theirs\":1}", first.revision(), Instant.EPOCH);
        assertThat(records.drafts().put(theirs)).isPresent();
        assertThat(records.drafts().put(first)).isEmpty();
        assertThat(records.drafts().put(draft("a", 0, "{\"new\":1}"))).isEmpty();
        assertThat(records.drafts().find("a").orElseThrow().text()).isEqualTo("{\"theirs\":1}");
    }

    @Test
    void draftsOfOtherFleetsAndKindsAreNotShown() throws ProblemException {
        records.drafts().put(draft("a", 1, "{}"));
        now = now.plusSeconds(1);
        records.drafts().put(draft("b", 0, "{}"));
        records.drafts().put(draft("c", 2, "{}"));
        assertThat(records.drafts().all("payload", 1)).extracting(Draft::id).containsExactly("b", "a");
        assertThat(records.drafts().all("provision", 1)).isEmpty();
        records.drafts().remove("a");
        records.drafts().remove("a");
        assertThat(records.drafts().find("a")).isEmpty();
    }

    @Test
    void receiptsOfAMachineAreAddedUpTheLatestFirst() throws ProblemException {
        records.receipts().add(1, MACHINE, "{\"n\":1}");
        records.receipts().add(1, MACHINE, "{\"n\":2}");
        records.receipts().add(2, MACHINE, "{\"n\":3}");
        assertThat(records.receipts().of(1, MACHINE))
                .extracting(ReceiptStore.Receipt::text)
                .containsExactly("{\"n\":2}", "{\"n\":1}");
        assertThat(records.receipts().of(1, AgentId.of("web-08"))).isEmpty();
    }
}
