package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.OperationalState;
import io.limelight.core.api.QuoteResults;
import io.limelight.core.http.HttpReply;
import io.limelight.core.tpm.EccCurve;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrBlob;
import io.limelight.core.tpm.PcrValues;
import io.limelight.core.tpm.QuoteText;
import io.limelight.core.tpm.TransportKeyBinding;
import io.limelight.core.tpm.soft.SoftAttestationKey;
import io.limelight.verifier.attest.Attestation;
import io.limelight.verifier.testkit.TestKeys;
import io.limelight.verifier.testkit.TestMachine;
import io.limelight.verifier.testkit.VerifierUnderTest;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a machine's evidence leads to. */
class AttestationTest extends SharedVerifierTestBase {
    private static final String ZEROS = "0".repeat(64);

    private static Consumer<TestMachine> forged(java.util.function.UnaryOperator<QuoteText> forgery) {
        return machine -> machine.forging(forgery);
    }

    private static Consumer<TestMachine> lied(java.util.function.UnaryOperator<QuoteResults> lie) {
        return machine -> machine.lying(lie);
    }

    private static Octets flipped(Octets bytes, int index) {
        byte[] copy = bytes.toByteArray();
        copy[index] ^= 1;
        return Octets.copyOf(copy);
    }

    private static Octets cut(Octets bytes, int by) {
        return Octets.copyOf(java.util.Arrays.copyOf(bytes.toByteArray(), bytes.length() - by));
    }

    private static QuoteResults with(QuoteResults results, String quote, String hash, String enc, String sign) {
        return new QuoteResults(quote, hash, enc, sign, results.pubkey(), null, null, null, null);
    }

    /** The quote is over the resettable PCRs 16 and 23, the values beside it are labelled 15 and 16. */
    private static HttpReply relabelled(TestMachine machine, TestMachine.Ask ask) {
        Octets bound = TransportKeyBinding.pcr16(HashAlgorithm.SHA256, TestKeys.pem(TestKeys.rsa("transport 1")));
        Octets wanted = Octets.copyOf(new byte[32]);
        // In ascending order both selections hash the same two values.
        PcrValues signed = PcrValues.of(HashAlgorithm.SHA256, Map.of(16, wanted, 23, bound));
        PcrValues shown = PcrValues.of(HashAlgorithm.SHA256, Map.of(15, wanted, 16, bound));
        QuoteText honest = machine.ak().quote(ask.nonce().getBytes(StandardCharsets.US_ASCII), signed, machine.now());
        QuoteText forged =
                new QuoteText(honest.attest(), honest.signature(), Octets.copyOf(new PcrBlob(shown).encode()));
        return HttpReply.success(with(machine.results(ask), forged.format(), "sha256", "ecc256", "ecdsa")
                .toJson());
    }

    static Stream<Arguments> liars() {
        return Stream.of(
                Arguments.of("no quote", lied(r -> with(r, null, "sha256", "ecc256", "ecdsa")), "invalid_data"),
                Arguments.of(
                        "a quote that is no base64",
                        lied(r -> with(r, "r!:!:!", "sha256", "ecc256", "ecdsa")),
                        "quote_validation"),
                Arguments.of("an empty quote", lied(r -> with(r, "", "sha256", "ecc256", "ecdsa")), "quote_validation"),
                Arguments.of(
                        "a quote of a megabyte",
                        lied(r -> with(r, "r" + "A".repeat(1 << 20), "sha256", "ecc256", "ecdsa")),
                        "quote_validation"),
                Arguments.of(
                        "a truncated attest",
                        forged(q -> new QuoteText(cut(q.attest(), 1), q.signature(), q.pcrBlob())),
                        "quote_validation"),
                Arguments.of(
                        "a truncated signature",
                        forged(q -> new QuoteText(q.attest(), cut(q.signature(), 1), q.pcrBlob())),
                        "quote_validation"),
                Arguments.of(
                        "a truncated PCR blob",
                        forged(q -> new QuoteText(q.attest(), q.signature(), cut(q.pcrBlob(), 1))),
                        "quote_validation"),
                Arguments.of(
                        "a bit flipped in the attest",
                        forged(q -> new QuoteText(flipped(q.attest(), 60), q.signature(), q.pcrBlob())),
                        "quote_validation"),
                Arguments.of(
                        "a bit flipped in the signature",
                        forged(q -> new QuoteText(q.attest(), flipped(q.signature(), 20), q.pcrBlob())),
                        "quote_validation"),
                Arguments.of(
                        "a bit flipped in a PCR value",
                        forged(q -> new QuoteText(q.attest(), q.signature(), flipped(q.pcrBlob(), 140))),
                        "quote_validation"),
                Arguments.of(
                        "the key of another machine",
                        (Consumer<TestMachine>) machine -> machine.signingWith(TestKeys.attestationKey()),
                        "quote_validation"),
                Arguments.of(
                        "an RSA key where an EC key is registered",
                        (Consumer<TestMachine>) machine -> machine.signingWith(SoftAttestationKey.of(
                                TestKeys.rsa("another AK"),
                                io.limelight.core.tpm.SigningAlgorithm.RSASSA,
                                HashAlgorithm.SHA256)),
                        "invalid_sign_alg"),
                Arguments.of(
                        "a hash algorithm that is not accepted",
                        lied(r -> with(r, r.quote(), "sha1", "ecc256", "ecdsa")),
                        "invalid_hash_alg"),
                Arguments.of(
                        "a key algorithm that is not accepted",
                        lied(r -> with(r, r.quote(), "sha256", "ecc384", "ecdsa")),
                        "invalid_enc_alg"),
                Arguments.of(
                        "a signature scheme that is not accepted",
                        lied(r -> with(r, r.quote(), "sha256", "ecc256", "ecdaa")),
                        "invalid_sign_alg"),
                Arguments.of(
                        "a transport key of a megabyte",
                        lied(r -> new QuoteResults(
                                r.quote(), "sha256", "ecc256", "ecdsa", "k".repeat(1 << 20), null, null, null, null)),
                        "invalid_data"),
                Arguments.of(
                        "a TPM clock that is not safe",
                        (Consumer<TestMachine>) machine -> machine.safe(false),
                        "quote_validation"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("liars")
    void aMachineThatShowsIsInvalidAndNeverGetsItsShare(String what, Consumer<TestMachine> misbehaviour, String event)
            throws Exception {
        TestMachine machine = machine();
        misbehaviour.accept(machine);
        verifier.add(id, withShare(machine.enrolment()));

        AgentStatus status = verifier.awaitState(id, OperationalState.INVALID_QUOTE);

        assertThat(status.lastEventId()).isEqualTo("qoute_validation." + event);
        assertThat(status.severityLevel()).isEqualTo(6);
        assertThat(status.attestationStatus()).isEqualTo("FAIL");
        assertThat(status.attestationCount()).isZero();
        assertThat(status.lastReceivedQuote()).isPositive();
        assertThat(status.lastSuccessfulAttestation()).isZero();
        assertThat(machine.shares()).isEmpty();
        assertNotAskedAgain(machine);
    }

    private static ObjectNode withShare(ObjectNode enrolment) {
        return enrolment.put("v", java.util.Base64.getEncoder().encodeToString(new byte[32]));
    }

    /** Longer than several intervals. */
    private static void assertNotAskedAgain(TestMachine machine) {
        int asked = machine.begun();
        await().during(java.time.Duration.ofMillis(400))
                .atMost(VerifierUnderTest.SOON)
                .until(() -> machine.begun() == asked);
    }

    @Test
    void anHonestMachinePassesAgainAndAgain() throws Exception {
        TestMachine machine = machine();
        verifier.add(id, machine.enrolment());
        verifier.awaitPasses(id, 4);
        AgentStatus status = verifier.awaitState(id, OperationalState.GET_QUOTE);
        assertThat(status.attestationStatus()).isEqualTo("PASS");
        assertThat(status.hashAlg()).isEqualTo("sha256");
        assertThat(status.encAlg()).isEqualTo("ecc256");
        assertThat(status.signAlg()).isEqualTo("ecdsa");
        assertThat(status.lastEventId()).isNull();
        assertThat(status.severityLevel()).isNull();
        assertThat(status.lastSuccessfulAttestation()).isPositive();
        assertThat(machine.asks())
                .extracting(TestMachine.Ask::nonce)
                .doesNotHaveDuplicates()
                .allMatch(nonce -> nonce.matches("[A-Za-z0-9]{20}"));
        assertThat(machine.asks().getFirst().whole()).isTrue();
        assertThat(machine.asks().subList(1, 4)).noneMatch(TestMachine.Ask::whole);
    }

    @Test
    void anRsaKeyPassesToo() throws Exception {
        TestMachine machine = machine(SoftAttestationKey.of(
                TestKeys.rsa("AK"), io.limelight.core.tpm.SigningAlgorithm.RSASSA, HashAlgorithm.SHA256));
        verifier.add(id, machine.enrolment());
        verifier.awaitPasses(id, 2);
    }

    @Test
    void statesGoStartProvideVGetQuoteAsTheOriginalShowsThem() throws Exception {
        verifier("quote_interval = 1");
        TestMachine machine = machine();
        java.util.concurrent.CountDownLatch answer = new java.util.concurrent.CountDownLatch(1);
        machine.nextQuotes(ask -> {
            awaitLatch(answer);
            return machine.honest(ask);
        });
        verifier.add(id, machine.enrolment());
        AgentStatus start = verifier.status(id);
        assertThat(start.state()).contains(OperationalState.START);
        assertThat(start.attestationStatus()).isEqualTo("PENDING");
        assertThat(start.hashAlg()).isEmpty();
        answer.countDown();
        assertThat(verifier.awaitStatus(id, status -> status.attestationCount() == 1)
                        .state())
                .contains(OperationalState.PROVIDE_V);
        assertThat(verifier.awaitStatus(id, status -> status.attestationCount() == 2)
                        .state())
                .contains(OperationalState.GET_QUOTE);
    }

    static void awaitLatch(java.util.concurrent.CountDownLatch latch) {
        try {
            if (!latch.await(60, java.util.concurrent.TimeUnit.SECONDS)) {
                throw new AssertionError("nobody released the machine");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aPcrThatTheTpmPolicyForbidsIsFoundAtTheNextPoll() throws Exception {
        TestMachine machine = machine();
        verifier.add(id, machine.enrolment().put("tpm_policy", "{\"15\": [\"" + ZEROS + "\"], \"mask\": \"0x8000\"}"));
        verifier.awaitPasses(id, 2);
        machine.pcr(15, Octets.ofHex("ab".repeat(32)));
        AgentStatus status = verifier.awaitState(id, OperationalState.INVALID_QUOTE);
        assertThat(status.lastEventId()).isEqualTo("pcr_validation.invalid_pcr_15");
        assertNotAskedAgain(machine);
    }

    @Test
    void pcrsThatTheMaskAsksForAreAskedFor() throws Exception {
        TestMachine machine = machine();
        verifier.add(id, machine.enrolment().put("tpm_policy", "{'15': ['" + ZEROS + "',], 'mask': '0x408000'}"));
        verifier.awaitPasses(id, 1);
        assertThat(machine.asks().getFirst().mask().format()).isEqualTo("0x408000");
    }

    /** CVE-2024-29039 as a class: PCR values passed off as those of other PCRs. */
    @Test
    void cve202429039ValuesOfOtherPcrsAreNotBelieved() throws Exception {
        TestMachine machine = machine();
        machine.nextQuotes(ask -> relabelled(machine, ask));
        verifier.add(
                id,
                withShare(machine.enrolment())
                        .put("tpm_policy", "{\"15\": [\"" + ZEROS + "\"], \"mask\": \"0x8000\"}"));
        AgentStatus status = verifier.awaitState(id, OperationalState.INVALID_QUOTE);
        assertThat(status.lastEventId()).isEqualTo("qoute_validation.quote_validation");
        assertThat(machine.shares()).isEmpty();
    }

    /** CVE-2023-3674: Keylime's verifier only logged a bad signature and went on trusting the machine. */
    @Test
    void cve20233674MachineWhoseSignatureStopsVerifyingIsNoLongerTrusted() throws Exception {
        TestMachine machine = machine();
        verifier.add(id, machine.enrolment());
        verifier.awaitPasses(id, 2);

        machine.signingWith(TestKeys.attestationKey());

        AgentStatus status = verifier.awaitState(id, OperationalState.INVALID_QUOTE);
        assertThat(status.attestationStatus()).isEqualTo("FAIL");
        assertThat(status.lastEventId()).isEqualTo("qoute_validation.quote_validation");
        assertNotAskedAgain(machine);
    }

    @Test
    void aQuoteOverFewerPcrsThanAskedForIsInvalid() throws Exception {
        TestMachine machine = machine();
        machine.nextQuotes(ask -> machine.honest(new TestMachine.Ask(
                ask.version(), ask.nonce(), io.limelight.core.tpm.PcrMask.NONE, ask.whole(), ask.imaEntry())));
        verifier.add(id, machine.enrolment().put("tpm_policy", "{\"mask\": \"0x8000\"}"));
        assertThat(verifier.awaitState(id, OperationalState.INVALID_QUOTE).lastEventId())
                .isEqualTo("qoute_validation.quote_validation");
    }

    @Test
    void theAnswerToAnEarlierQuestionIsInvalid() throws Exception {
        TestMachine machine = machine();
        verifier.add(id, machine.enrolment());
        verifier.awaitPasses(id, 2);
        TestMachine.Ask earlier = machine.asks().getFirst();
        machine.nextQuotes(ask -> machine.honest(
                new TestMachine.Ask(ask.version(), earlier.nonce(), ask.mask(), ask.whole(), ask.imaEntry())));
        assertThat(verifier.awaitState(id, OperationalState.INVALID_QUOTE).lastEventId())
                .isEqualTo("qoute_validation.quote_validation");
    }

    @Test
    void aClockThatStandsStillIsInvalid() throws Exception {
        TestMachine machine = machine();
        verifier.add(id, machine.enrolment());
        verifier.awaitPasses(id, 2);
        machine.clock(1);
        assertThat(verifier.awaitState(id, OperationalState.INVALID_QUOTE).lastEventId())
                .isEqualTo("qoute_validation.quote_validation");
    }

    /** The original compares restartCount across a boot, and such a machine fails for good. */
    @Test
    void aMachineThatWasSuspendedAndThenBootedStillPasses() throws Exception {
        TestMachine machine = machine();
        machine.resumed().resumed();
        verifier.add(id, machine.enrolment());
        verifier.awaitPasses(id, 2);
        machine.rebooted();
        verifier.awaitPasses(id, 3);
        machine.resumed();
        verifier.awaitPasses(id, 3);
        assertThat(verifier.status(id).lastEventId()).isNull();
    }

    /** It passes as before, and what it held in memory is gone: only the log tells. */
    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true"})
    void aRebootIsSaidOnceWhateverTheMachineIsJudgedBy(boolean payload, boolean passes) throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(Attestation.class);
        ListAppender<ILoggingEvent> written = new ListAppender<>();
        written.start();
        logger.addAppender(written);
        try {
            TestMachine machine = machine();
            ObjectNode enrolment =
                    machine.enrolment().put("tpm_policy", "{\"15\": [\"" + ZEROS + "\"], \"mask\": \"0x8000\"}");
            verifier.add(id, payload ? withShare(enrolment) : enrolment);
            verifier.awaitPasses(id, 2);
            machine.rebooted();
            if (passes) {
                verifier.awaitPasses(id, 3);
            } else {
                machine.pcr(15, Octets.ofHex("ab".repeat(32)));
                verifier.awaitState(id, OperationalState.INVALID_QUOTE);
            }
        } finally {
            logger.detachAppender(written);
        }
        assertThat(List.copyOf(written.list))
                .extracting(ILoggingEvent::getFormattedMessage)
                .filteredOn(line -> line.startsWith(id + " was rebooted"))
                .singleElement()
                .asString()
                .endsWith(payload ? "limelight tenant -c update -u " + id : "rebooted");
    }

    @Test
    void aTransportKeyThatPcr16DoesNotVouchForIsInvalid() throws Exception {
        TestMachine machine = machine();
        machine.lying(r -> new QuoteResults(
                r.quote(),
                r.hashAlg(),
                r.encAlg(),
                r.signAlg(),
                TestKeys.pem(TestKeys.rsa("of an attacker")),
                null,
                null,
                null,
                null));
        verifier.add(id, withShare(machine.enrolment()));
        assertThat(verifier.awaitState(id, OperationalState.INVALID_QUOTE).lastEventId())
                .isEqualTo("pcr_validation.invalid_pcr_16");
        assertThat(machine.shares()).isEmpty();
    }

    /** Severities decide: a mild failure neither stops the polling nor is it hidden. */
    @Test
    void aMildFailureIsShownWhilePollingGoesOnAndEndsWithAGoodQuote() throws Exception {
        verifier("severity_policy = [{\"event_id\": \"pcr_validation\\\\..*\", \"severity_label\": \"warning\"}]");
        TestMachine machine = machine();
        verifier.add(id, machine.enrolment().put("tpm_policy", "{\"15\": [\"" + ZEROS + "\"], \"mask\": \"0x8000\"}"));
        verifier.awaitPasses(id, 2);
        machine.pcr(15, Octets.ofHex("ab".repeat(32)));
        AgentStatus failing = verifier.awaitState(id, OperationalState.INVALID_QUOTE);
        assertThat(failing.severityLevel()).isEqualTo(2);
        assertThat(failing.attestationStatus()).isEqualTo("FAIL");
        int asked = machine.asks().size();
        await().atMost(VerifierUnderTest.SOON).until(() -> machine.asks().size() > asked + 3);
        assertThat(verifier.state(id)).isEqualTo(OperationalState.INVALID_QUOTE);

        machine.pcr(15, Octets.ofHex(ZEROS));
        verifier.awaitState(id, OperationalState.GET_QUOTE);
        verifier.awaitPasses(id, 2);
        AgentStatus recovered = verifier.status(id);
        assertThat(recovered.lastEventId())
                .as("kept, as the original keeps it")
                .isEqualTo("pcr_validation.invalid_pcr_15");
    }

    @Test
    void aMildFailureIsStillPolledAfterARestart() throws Exception {
        verifier("severity_policy = [{\"event_id\": \"pcr_validation\\\\..*\", \"severity_label\": \"warning\"}]");
        TestMachine machine = machine();
        machine.pcr(15, Octets.ofHex("ab".repeat(32)));
        verifier.add(id, machine.enrolment().put("tpm_policy", "{\"15\": [\"" + ZEROS + "\"], \"mask\": \"0x8000\"}"));
        verifier.awaitState(id, OperationalState.INVALID_QUOTE);
        verifier.restart();
        assertThat(verifier.state(id)).isEqualTo(OperationalState.INVALID_QUOTE);
        machine.pcr(15, Octets.ofHex(ZEROS));
        verifier.awaitPasses(id, 2);
    }

    @Test
    void oneMachinesFailureIsNobodyElses() throws Exception {
        Map<String, TestMachine> machines = new HashMap<>();
        for (int i = 0; i < 5; i++) {
            TestMachine machine =
                    machine(SoftAttestationKey.generateEcc(EccCurve.P256, HashAlgorithm.SHA256, TestKeys.RANDOM));
            machines.put("many-" + i, machine);
            verifier.add("many-" + i, machine.enrolment());
        }
        for (String id : machines.keySet()) {
            verifier.awaitPasses(id, 2);
        }
        machines.get("many-3").signingWith(TestKeys.attestationKey());
        verifier.awaitState("many-3", OperationalState.INVALID_QUOTE);
        for (String id : machines.keySet()) {
            if (!id.equals("many-3")) {
                verifier.awaitPasses(id, 1);
            }
        }
    }
}
