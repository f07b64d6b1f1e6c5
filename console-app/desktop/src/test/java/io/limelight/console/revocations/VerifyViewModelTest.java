package io.limelight.console.revocations;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.activity.ActLog;
import io.limelight.console.words.Words;
import io.limelight.core.json.WireJson;
import io.limelight.core.revocation.NoticeExamination;
import io.limelight.core.revocation.NoticeSignature;
import io.limelight.core.revocation.RevocationNotice;
import io.limelight.core.revocation.SignedNotice;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.SelfSignedCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyViewModelTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    @TempDir
    static Path folder;

    private static KeyPair keys;
    private static Path certificate;

    private final List<ActLog.Act> acts = new ArrayList<>();
    private final VerifyViewModel model =
            new VerifyViewModel(certificate, acts::add, Words.english(), () -> NOW, Runnable::run, Runnable::run);

    @BeforeAll
    static void make() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
        certificate = folder.resolve("RevocationNotifier-cert.crt");
        Files.writeString(
                certificate,
                PemFiles.certificate(SelfSignedCertificates.forAgent(
                        keys,
                        "RevocationNotifier",
                        List.of(),
                        Instant.now().minus(Duration.ofDays(1)),
                        Duration.ofDays(2),
                        new SecureRandom())));
    }

    private static String text(String type, Optional<Instant> issued, Optional<Instant> expires) {
        return new RevocationNotice(
                        type,
                        Optional.empty(),
                        "db-03",
                        OptionalInt.empty(),
                        "{}",
                        "{}",
                        "",
                        Optional.empty(),
                        Optional.empty(),
                        issued,
                        expires)
                .text();
    }

    private static String signed(String msg) throws Exception {
        return WireJson.compactText(WireJson.object()
                .put("msg", msg)
                .put("signature", NoticeSignature.sign((RSAPrivateKey) keys.getPrivate(), msg)));
    }

    private NoticeExamination verified(String pasted) {
        model.textProperty().set(pasted);
        model.verify();
        assertThat(model.resultProperty().get().problem()).isNull();
        return model.resultProperty().get().got().orElseThrow();
    }

    private String refused(String pasted) {
        model.textProperty().set(pasted);
        model.verify();
        assertThat(model.resultProperty().get().value()).isNull();
        return model.resultProperty().get().problem().code();
    }

    // --- hostile ---

    @ParameterizedTest
    @ValueSource(
            strings = {
                "   ",
                "null",
                "[]",
                "{}",
                "<html>",
                "{\"msg\": 7, \"signature\": \"\"}",
                "{\"msg\": \"\", \"signature\": []}",
                "{\"msg\": \"[1]\", \"signature\": \"\"}",
                "{\"msg\": \"{}\", \"signature\": \"AA==\"}",
                "{\"type\": {}, \"agent_id\": \"x\"}"
            })
    void whatIsNoNoticeIsSaidToBeNone(String pasted) {
        assertThat(refused(pasted)).isEqualTo("revocations.no-notice");
        assertThat(acts).extracting(ActLog.Act::outcome).containsExactly(ActLog.Outcome.FAILED);
    }

    @Test
    void depthAndLengthAreBounded() {
        assertThat(refused("[".repeat(200_000))).isEqualTo("revocations.no-notice");
        assertThat(refused("{\"a\":".repeat(200_000))).isEqualTo("revocations.no-notice");
        assertThat(refused("x".repeat(SignedNotice.LONGEST + 1))).isEqualTo("revocations.no-notice");
    }

    @Test
    void aChangedTextIsForeign() throws Exception {
        String good = signed(text("revocation", Optional.of(NOW), Optional.of(NOW.plusSeconds(60))));
        NoticeExamination known = verified(good.replace("db-03", "db-04"));
        assertThat(known.signature()).isEqualTo(NoticeExamination.Signature.FOREIGN);
        assertThat(known.effect()).isEqualTo(NoticeExamination.Effect.REFUSED);
    }

    @Test
    void aFileThatIsNoCertificateIsSaidToBeNone() throws Exception {
        model.signersProperty().set(folder.resolve("nothing").toString());
        assertThat(refused(signed(text("revocation", Optional.empty(), Optional.empty()))))
                .isEqualTo("revocations.no-certificate");
        model.signersProperty().set("\0");
        assertThat(refused(signed(text("revocation", Optional.empty(), Optional.empty()))))
                .isEqualTo("revocations.no-certificate");
    }

    // --- genuine ---

    @Test
    void aFreshOneRunsActionsAnOldOneDoesNot() throws Exception {
        NoticeExamination fresh =
                verified(signed(text("revocation", Optional.of(NOW), Optional.of(NOW.plusSeconds(60)))));
        assertThat(fresh.signature()).isEqualTo(NoticeExamination.Signature.GENUINE);
        assertThat(fresh.age()).isEqualTo(NoticeExamination.Age.FRESH);
        assertThat(fresh.effect()).isEqualTo(NoticeExamination.Effect.RUNS);
        NoticeExamination old = verified(
                signed(text("revocation", Optional.of(NOW.minusSeconds(60)), Optional.of(NOW.minusSeconds(1)))));
        assertThat(old.age()).isEqualTo(NoticeExamination.Age.EXPIRED);
        assertThat(old.effect()).isEqualTo(NoticeExamination.Effect.RECORDED);
        NoticeExamination ahead =
                verified(signed(text("revocation", Optional.of(NOW.plusSeconds(7200)), Optional.empty())));
        assertThat(ahead.effect()).isEqualTo(NoticeExamination.Effect.REFUSED);
        assertThat(acts).extracting(ActLog.Act::kind).containsOnly("notice.verify");
    }

    @Test
    void aFolderStandsForItsNotifierAndAnAnswerForItsNotice() throws Exception {
        model.signersProperty().set(folder.toString());
        String msg = text("revocation", Optional.empty(), Optional.empty());
        String answer = "{\"code\": 200, \"status\": \"Success\", \"results\": " + signed(msg) + "}";
        NoticeExamination known = verified(answer);
        assertThat(known.signature()).isEqualTo(NoticeExamination.Signature.GENUINE);
        assertThat(known.age()).isEqualTo(NoticeExamination.Age.TIMELESS);
    }

    @Test
    void aBareTextIsUnsignedAndATestATrial() {
        assertThat(verified(text("revocation", Optional.empty(), Optional.empty()))
                        .signature())
                .isEqualTo(NoticeExamination.Signature.UNSIGNED);
        assertThat(verified(text("test", Optional.empty(), Optional.empty())).effect())
                .isEqualTo(NoticeExamination.Effect.TRIAL);
    }

    @Test
    void withoutACertificateNothingIsSaidOfTheSignature() throws Exception {
        model.signersProperty().set("");
        assertThat(verified(signed(text("revocation", Optional.empty(), Optional.empty())))
                        .signature())
                .isEqualTo(NoticeExamination.Signature.UNCHECKED);
    }
}
