package io.limelight.console.policies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.limelight.console.fleet.FakeFleet;
import io.limelight.console.policies.SignatureReport.One;
import io.limelight.console.policies.SignatureReport.Standing;
import io.limelight.console.policies.SignatureReport.Verdict;
import io.limelight.console.policies.TrustedSigners.Signer;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.records.Records;
import io.limelight.console.words.Words;
import io.limelight.core.policy.sign.DsseEnvelope;
import io.limelight.core.policy.sign.PolicySigner;
import io.limelight.core.tpm.Octets;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignatureReportTest {
    private static final String POLICY = FakePolicies.policy("", "");
    private static final PolicySigner MINE = PolicySigner.generate(new SecureRandom());
    private static final PolicySigner THEIRS = PolicySigner.generate(new SecureRandom());
    private static final List<Signer> TRUSTED = List.of(new Signer("release.pem", MINE.publicKey()));

    private static SignatureReport of(String text) {
        return SignatureReport.of(text, TRUSTED, Instant.now());
    }

    private static DsseEnvelope signed(PolicySigner signer, String text) {
        return signer.sign(text.getBytes(StandardCharsets.UTF_8));
    }

    private static DsseEnvelope with(DsseEnvelope envelope, DsseEnvelope.Signature... signatures) {
        return new DsseEnvelope(envelope.payload(), envelope.payloadType(), List.of(signatures));
    }

    @Test
    void aSignatureCountsOnlyByAKeyThatIsTrusted() {
        assertThat(of(POLICY).verdict()).isEqualTo(Verdict.UNSIGNED);
        assertThat(of("").verdict()).isEqualTo(Verdict.UNSIGNED);
        SignatureReport mine = of(signed(MINE, POLICY).json());
        assertThat(mine.verdict()).isEqualTo(Verdict.TRUSTED);
        assertThat(mine.signatures().getFirst().signer()).isEqualTo("release.pem");
        assertThat(mine.signatures().getFirst().fingerprint())
                .hasValue(MINE.publicKey().keyId());
        SignatureReport theirs = of(signed(THEIRS, POLICY).json());
        assertThat(theirs.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(theirs.signatures().getFirst().standing()).isEqualTo(Standing.UNCHECKED);
    }

    @Test
    void whatWasChangedAfterItWasSignedIsWrong() {
        DsseEnvelope good = signed(MINE, POLICY);
        DsseEnvelope exchanged = new DsseEnvelope(
                Octets.copyOf(FakePolicies.policy("", "\".*\"").getBytes(StandardCharsets.UTF_8)),
                good.payloadType(),
                good.signatures());
        assertThat(of(exchanged.json()).verdict()).isEqualTo(Verdict.WRONG);
        DsseEnvelope otherType = new DsseEnvelope(good.payload(), "application/other", good.signatures());
        assertThat(of(otherType.json()).verdict()).isEqualTo(Verdict.WRONG);
        // Another's signature under my name is no more mine.
        DsseEnvelope borrowed = with(
                good,
                new DsseEnvelope.Signature(
                        MINE.publicKey().keyId(),
                        signed(THEIRS, POLICY).signatures().getFirst().signature()));
        assertThat(of(borrowed.json()).verdict()).isEqualTo(Verdict.WRONG);
        // A wrong one beside a good one is not silent either.
        SignatureReport both = of(with(
                        good,
                        good.signatures().getFirst(),
                        new DsseEnvelope.Signature(MINE.publicKey().keyId(), Octets.copyOf(new byte[] {1, 2, 3})))
                .json());
        assertThat(both.verdict()).isEqualTo(Verdict.TRUSTED);
        assertThat(both.signatures()).extracting(One::standing).containsExactly(Standing.TRUSTED, Standing.WRONG);
    }

    @Test
    void whatWasAnEnvelopeAndIsNoneIsDamaged() {
        String good = signed(MINE, POLICY).json();
        for (String damaged : List.of(
                good.substring(0, good.length() - 2),
                good.replaceFirst("\"payload\": \"[^\"]*\"", "\"payload\": \"\""),
                good.replaceFirst("\"payload\": \"[^\"]*\"", "\"payload\": \"%%%\""),
                good.replaceFirst("\"sig\": \"[^\"]*\"", "\"sig\": \"\""),
                good.replaceFirst("\"signatures\": \\[.*]", "\"signatures\": []"))) {
            assertThat(of(damaged).verdict()).as(damaged).isEqualTo(Verdict.DAMAGED);
        }
    }

    @Test
    void theCertificateASignatureBringsAlongProvesNothingByItself() throws Exception {
        String certificate = THEIRS.certificate(Instant.now(), new SecureRandom());
        DsseEnvelope envelope = THEIRS.signWithCertificate(POLICY.getBytes(StandardCharsets.UTF_8), certificate);
        One one = of(envelope.json()).signatures().getFirst();
        assertThat(one.standing()).isEqualTo(Standing.INTACT);
        assertThat(one.keyId()).isEmpty();
        assertThat(one.certificate().orElseThrow().subject()).contains("dsse_lib");
        assertThat(one.certificate().orElseThrow().valid()).isTrue();
        SignatureReport later =
                SignatureReport.of(envelope.json(), TRUSTED, Instant.now().plus(Duration.ofDays(400)));
        assertThat(later.signatures().getFirst().certificate().orElseThrow().valid())
                .isFalse();

        DsseEnvelope exchanged = MINE.signWithCertificate(POLICY.getBytes(StandardCharsets.UTF_8), certificate);
        assertThat(SignatureReport.of(exchanged.json(), List.of(), Instant.now())
                        .verdict())
                .isEqualTo(Verdict.WRONG);
    }

    @Test
    void aTrustedKeyIsKeptAndNotItsFile(@TempDir Path folder) throws Exception {
        Words words = Words.english();
        Records records = Records.inMemory(words, new SecureRandom(), () -> FakeFleet.NOW);
        TrustedSigners signers = new TrustedSigners(records.drafts(), 1, words);
        Path file = Files.writeString(
                folder.resolve("release.pem"), MINE.publicKey().pem());
        signers.trust(file);
        signers.trust(file);
        Files.writeString(file, THEIRS.publicKey().pem());
        assertThat(signers.all())
                .extracting(each -> each.key().keyId())
                .containsExactly(MINE.publicKey().keyId());
        for (String odd : List.of("", "no key", MINE.privatePem(), "x".repeat(70_000))) {
            Path wrong = Files.writeString(folder.resolve("odd.pem"), odd);
            ProblemException refused = catchThrowableOfType(ProblemException.class, () -> signers.trust(wrong));
            assertThat(refused.problem().code()).isEqualTo("policies.signer-unusable");
        }
        assertThat(catchThrowableOfType(ProblemException.class, () -> signers.trust(folder.resolve("none")))
                        .problem()
                        .code())
                .isEqualTo("policies.file");
        signers.distrust(signers.all().getFirst());
        assertThat(signers.all()).isEmpty();
    }
}
