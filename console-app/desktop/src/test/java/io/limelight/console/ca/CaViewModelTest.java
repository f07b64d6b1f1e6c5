package io.limelight.console.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.console.problem.ProblemException;
import io.limelight.console.profile.Environment;
import io.limelight.console.profile.KeyKeeping;
import io.limelight.console.profile.Profile;
import io.limelight.console.profile.ProfileSource;
import io.limelight.console.records.Records;
import io.limelight.core.ca.CaExamination.Finding;
import io.limelight.core.ca.CaExamination.Kind;
import io.limelight.core.ca.CrlPreview;
import io.limelight.core.ca.RevocationReason;
import io.limelight.core.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The CA room without a window. */
class CaViewModelTest {
    @TempDir
    Path root;

    private CaUnderTest ca;

    @BeforeEach
    void prepare() {
        ca = new CaUnderTest(root.resolve("ca"));
    }

    @AfterEach
    void close() {
        ca.close();
    }

    private CaViewModel opened() {
        CaViewModel model = ca.model();
        model.refresh();
        return model;
    }

    private static CaRow row(CaViewModel model, String name) {
        return model.all().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aFolderWithoutACaIsSaidToBeOne() {
        CaViewModel model = opened();
        assertThat(model.contentsProperty().get().problem().code()).isEqualTo("ca.none");
        assertThat(model.rows()).isEmpty();
    }

    @Test
    void aDamagedFolderShowsWhatIsWrongAndNoRows() throws Exception {
        ca.made();
        Files.writeString(ca.folder.resolve("cacert.crt"), "nothing");
        CaViewModel model = opened();
        assertThat(model.findings()).extracting(Finding::kind).containsExactly(Kind.DAMAGED);
        assertThat(model.rows()).isEmpty();
    }

    @Test
    void theTreeIsTheCaAndBelowItWhatItIssued() throws Exception {
        ca.made();
        ca.run(new CaAct.Issue("web-07-id"));
        ca.run(new CaAct.Issue("web-08-id"));
        CaViewModel model = opened();
        assertThat(model.rows()).extracting(CaRow::shown).containsExactly("Test CA", "web-07", "web-08-id");
        assertThat(model.rows()).extracting(CaRow::badge).containsOnly(Badge.VALID);
        assertThat(model.countsProperty().get()).isEqualTo(new CaViewModel.Counts(2, 0, 3));
        assertThat(model.selectedProperty().get().kind()).isEqualTo(CaRow.Kind.AUTHORITY);
    }

    @Test
    void aRevocationIsPreviewedExactlyAndShownAfterwards() throws Exception {
        ca.made();
        ca.run(new CaAct.Issue("web-07-id"));
        CaViewModel model = opened();
        CaRow before = row(model, "web-07-id");
        CrlPreview preview = model.preview(List.of(before.serial())).orElseThrow();
        ca.run(new CaAct.Revoke(
                List.of(before.serial()), List.of("web-07-id"), RevocationReason.KEY_COMPROMISE, false));
        model.refresh();
        assertThat(row(model, "web-07-id").badge()).isEqualTo(Badge.REVOKED);
        assertThat(row(model, "web-07-id").revocable()).isFalse();
        var crl = model.contentsProperty()
                .get()
                .value()
                .listing()
                .orElseThrow()
                .crl()
                .orElseThrow();
        assertThat(crl.number()).isEqualTo(preview.number());
        assertThat(ca.told).isEmpty();
        RevokedByCa revoked = new RevokedByCa();
        revoked.read(model.all());
        assertThat(revoked.revoked(io.limelight.core.api.AgentId.of("web-07-id")))
                .isTrue();
        assertThat(revoked.revoked(io.limelight.core.api.AgentId.of("web-08-id")))
                .isFalse();
    }

    @Test
    void whatIsReplacedStaysInTheListOfRevokedOnes() throws Exception {
        ca.made();
        ca.run(new CaAct.Issue("web-07-id"));
        ca.run(new CaAct.Renew(List.of("web-07-id")));
        CaViewModel model = opened();
        assertThat(row(model, "web-07-id").badge()).isEqualTo(Badge.VALID);
        assertThat(model.all().getLast().kind()).isEqualTo(CaRow.Kind.GONE);
        assertThat(model.all().getLast().badge()).isEqualTo(Badge.SUPERSEDED);
        model.hideRevokedProperty().set(true);
        assertThat(model.rows()).extracting(CaRow::kind).doesNotContain(CaRow.Kind.GONE);
    }

    @Test
    void whatEndsSoonIsDueAndFoundByTheFilter() throws Exception {
        ca.made();
        ca.run(new CaAct.Issue("web-07-id"));
        ca.now = ca.now.plus(Duration.ofDays(340));
        ca.run(new CaAct.Issue("web-08-id"));
        CaViewModel model = opened();
        assertThat(model.dueNames()).containsExactly("web-07-id");
        model.filterTextProperty().set("badge:expiring");
        assertThat(model.rows()).extracting(CaRow::name).containsExactly("web-07-id");
        model.filterTextProperty().set("ends:<30d");
        assertThat(model.rows()).extracting(CaRow::name).containsExactly("web-07-id");
        model.filterTextProperty().set("WEB-08");
        assertThat(model.rows()).extracting(CaRow::name).containsExactly("web-08-id");
        model.filterTextProperty().set("badge:nonsense");
        assertThat(model.filterProperty().get().unknown()).contains("badge:nonsense");
        ca.now = ca.now.plus(Duration.ofDays(60));
        model.filterTextProperty().set("");
        model.refresh();
        assertThat(row(model, "web-07-id").badge()).isEqualTo(Badge.EXPIRED);
        assertThat(model.findings()).extracting(Finding::kind).contains(Kind.CRL_OVERDUE, Kind.EXPIRED);
    }

    @Test
    void serialNumbersAreFoundDecimalAndHexadecimal() throws Exception {
        CaFilter filter = CaFilter.parse("0x0408");
        CaRow row = new CaRow(
                CaRow.Kind.MACHINE,
                "a",
                "",
                java.math.BigInteger.valueOf(0x408),
                Badge.VALID,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        assertThat(row.hex()).isEqualTo("04 08");
        assertThat(filter.fits(row, Instant.EPOCH)).isTrue();
        assertThat(CaFilter.parse("1032").fits(row, Instant.EPOCH)).isTrue();
        assertThat(CaFilter.parse("103").fits(row, Instant.EPOCH)).isFalse();
    }

    // --- acts ---

    private CaActViewModel act(CaAct what, CaPasswords passwords) {
        CaActViewModel act = new CaActViewModel(ca.room, ca.folder, passwords, Runnable::run, Runnable::run);
        act.actProperty().set(Optional.of(what));
        return act;
    }

    @Test
    void aWrongPasswordIsSaidAndTheDialogCanGoOn() throws Exception {
        ca.made();
        CaActViewModel act = act(new CaAct.ReissueCrl(), CaPasswords.none());
        act.run(CaUnderTest.secret("wrong"), CaUnderTest.secret(""));
        assertThat(act.problemProperty().get().orElseThrow().code()).isEqualTo("ca.wrong-password");
        assertThat(act.outcomeProperty().get()).isEmpty();
        act.run(CaUnderTest.secret(CaUnderTest.PASSWORD), CaUnderTest.secret(""));
        assertThat(act.problemProperty().get()).isEmpty();
        assertThat(act.outcomeProperty().get()).isPresent();
    }

    @Test
    void aPasswordThatIsKeptNeedNotBeTypedAndFollowsAChange() throws Exception {
        ca.made();
        Records records = Records.inMemory(CaUnderTest.WORDS, new SecureRandom(), () -> ca.now);
        try (SecretBytes passphrase = CaUnderTest.secret("of the vault")) {
            records.vault().create(passphrase);
        }
        Profile profile = records.profiles()
                .save(Profile.fresh(
                        "dc-east",
                        Environment.LAB,
                        new ProfileSource.Configuration(Optional.empty(), Optional.empty()),
                        KeyKeeping.FILE));
        VaultPasswords kept = new VaultPasswords(records.vault(), profile.id());
        CaActViewModel first = act(new CaAct.ReissueCrl(), kept);
        assertThat(first.rememberedProperty().get()).isFalse();
        first.rememberProperty().set(true);
        first.run(CaUnderTest.secret(CaUnderTest.PASSWORD), CaUnderTest.secret(""));
        CaActViewModel change = act(new CaAct.ChangePassword(), kept);
        assertThat(change.rememberedProperty().get()).isTrue();
        change.run(CaUnderTest.secret(""), CaUnderTest.secret("another sentence of mine"));
        assertThat(change.outcomeProperty().get()).isPresent();
        CaActViewModel after = act(new CaAct.ReissueCrl(), kept);
        after.run(CaUnderTest.secret(""), CaUnderTest.secret(""));
        assertThat(after.outcomeProperty().get()).isPresent();
    }

    @Test
    void machinesAreToldOnlyWhereThatIsAskedFor() throws Exception {
        ca.made();
        ca.run(new CaAct.Issue("web-07-id"));
        var provisioned = new io.limelight.core.ca.Identities(ca.room.authority(ca.folder))
                .provision(
                        io.limelight.core.ca.CaName.fresh("web-09-id"), _ -> CaUnderTest.secret(CaUnderTest.PASSWORD));
        provisioned.close();
        CaViewModel model = opened();
        ca.run(new CaAct.Revoke(
                List.of(row(model, "web-07-id").serial()),
                List.of("web-07-id"),
                RevocationReason.KEY_COMPROMISE,
                true));
        assertThat(ca.told).hasSize(1);
        assertThat(ca.told.getFirst().msg()).contains("web-07-id");
    }

    @Test
    void aFolderOfKeylimesLayoutIsUsedAndHandedBack() throws Exception {
        ca.made();
        ca.run(new CaAct.Issue("web-07-id"));
        Path backup = root.resolve("ca.zip");
        ca.run(new CaAct.Backup(backup, false));
        assertThatThrownBy(() -> ca.run(new CaAct.Restore(backup, false)))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("holds a CA already");
        ca.run(new CaAct.Issue("web-08-id"));
        ca.run(new CaAct.Restore(backup, true));
        assertThat(opened().all()).extracting(CaRow::name).contains("web-07-id").doesNotContain("web-08-id");
        assertThat(ca.folder.resolve("web-07-id-cert.crt")).exists();
    }

    @Test
    void theListenerPublishesAndTheAddressIsFoundToServeTheCrl() throws Exception {
        ca.made();
        ca.run(new CaAct.Listen());
        CaListening.Running running = ca.room.listening().orElseThrow();
        CaViewModel model = opened();
        model.testAddress("http://127.0.0.1:" + running.port() + "/crl");
        assertThat(model.addressTestProperty().get().value().outcome())
                .isEqualTo(io.limelight.core.listen.CrlAddress.Outcome.SAME);
        ca.room.stopListening();
        assertThat(ca.room.listening()).isEmpty();
        model.testAddress("http://127.0.0.1:" + running.port() + "/crl");
        assertThat(model.addressTestProperty().get().value().outcome())
                .isEqualTo(io.limelight.core.listen.CrlAddress.Outcome.SILENT);
    }

    @Test
    void onlyLengthAndKnownWordsCountInAPassword() {
        assertThat(Map.of(
                        "", PasswordRules.Grade.NONE,
                        "Keylime", PasswordRules.Grade.KNOWN,
                        "aaaaaaaaaaaaaaaaaaaa", PasswordRules.Grade.KNOWN,
                        "short", PasswordRules.Grade.SHORT,
                        "not so short", PasswordRules.Grade.FAIR,
                        "a whole sentence of mine", PasswordRules.Grade.GOOD))
                .allSatisfy((text, grade) ->
                        assertThat(PasswordRules.grade(text.toCharArray())).isEqualTo(grade));
    }

    // --- vendors ---

    @Test
    void aVendorIsOfferedTrustedAndTakenBack() throws Exception {
        Path store = root.resolve("store");
        EkTrustViewModel trust = new EkTrustViewModel(
                Optional.of(new io.limelight.core.endorsement.VendorCertificates(
                        io.limelight.core.endorsement.VendorStore.shippedAnd(store))),
                store,
                () -> List.of(new EkTrustViewModel.Subject("a", "a"), new EkTrustViewModel.Subject("b", "b")),
                id -> new EkTrustViewModel.Verdict(id.equals("a"), "because"),
                CaUnderTest.WORDS,
                () -> ca.now,
                Runnable::run,
                Runnable::run);
        trust.refresh();
        int shipped = trust.count();
        assertThat(shipped).isGreaterThan(20);
        ca.made();
        trust.look(ca.folder.resolve("cacert.crt"));
        assertThat(trust.offeredProperty().get()).hasSize(1);
        assertThat(trust.count()).isEqualTo(shipped);
        trust.addOffered();
        assertThat(trust.count()).isEqualTo(shipped + 1);
        assertThat(trust.shown().getFirst().file()).isPresent();
        trust.remove(trust.shown().getFirst());
        assertThat(trust.count()).isEqualTo(shipped);
        Path leaf = Files.writeString(root.resolve("no.pem"), "nothing", StandardCharsets.US_ASCII);
        trust.look(leaf);
        assertThat(trust.problemProperty().get()).isPresent();
        trust.check();
        assertThat(new ArrayList<>(trust.decisions()))
                .extracting(each -> each.machine().id())
                .containsExactly("b", "a");
        assertThat(trust.checkingProperty().get()).isFalse();
        trust.close();
    }
}
