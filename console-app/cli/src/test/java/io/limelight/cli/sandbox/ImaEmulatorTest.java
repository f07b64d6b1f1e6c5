package io.limelight.cli.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.limelight.agent.evidence.ImaList;
import io.limelight.agent.tpm.AttestationTpm;
import io.limelight.agent.tpm.TpmAddress;
import io.limelight.agent.tpm.TpmKeySettings;
import io.limelight.cli.Programs;
import io.limelight.core.appraisal.ima.ImaAppraisal;
import io.limelight.core.appraisal.ima.ImaAppraiser;
import io.limelight.core.appraisal.ima.ImaEvidence;
import io.limelight.core.appraisal.ima.ImaReference;
import io.limelight.core.appraisal.ima.ImaState;
import io.limelight.core.appraisal.ima.Tomtou;
import io.limelight.core.tpm.EncryptionAlgorithm;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrBlob;
import io.limelight.core.tpm.PcrMask;
import io.limelight.core.tpm.QuoteText;
import io.limelight.core.tpm.SigningAlgorithm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Lists beside a software TPM, judged as those of a kernel are. */
class ImaEmulatorTest {
    private static final ImaReference CONSISTENCY =
            new ImaReference(Optional.empty(), Optional.empty(), List.of(), Tomtou.FAIL);
    private static final String KEY = "a transport key";

    @TempDir
    Path folder;

    private Path list;
    private SoftwareTpm tpm;

    @BeforeEach
    void start() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/swtpm")), "swtpm is not installed");
        list = folder.resolve("list");
        PreparedTpm.copyTo(folder.resolve("tpm"));
        tpm = SoftwareTpm.start("m", folder.resolve("tpm"), folder);
    }

    @AfterEach
    void stop() {
        if (tpm != null) {
            tpm.close();
        }
    }

    private Path file(String name, String content) throws Exception {
        return Files.writeString(folder.resolve(name), content).toRealPath();
    }

    private List<String> lines() throws Exception {
        return read(list);
    }

    @Test
    void aTpmThatHasMeasuredBeforeCannotBeginAList() throws Exception {
        ImaEmulator.boot(tpm, list);
        assertThatThrownBy(() -> ImaEmulator.boot(tpm, list))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("PCR 10");
    }

    @Test
    void aNameThatWouldForgeALineIsNotMeasured() throws Exception {
        ImaEmulator ima = ImaEmulator.boot(tpm, list);
        Path forged = file("x\n10 0000", "");
        assertThatThrownBy(() -> ima.measure(forged)).isInstanceOf(SandboxException.class);
        assertThatThrownBy(() -> ima.measure(folder.resolve("absent")))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("absent");
        assertThat(lines()).hasSize(1);
    }

    /** The order: a quote in between would cover an entry that no list holds. */
    @Test
    void whatCannotBeListedIsNotInThePcr() throws Exception {
        ImaEmulator ima = ImaEmulator.boot(tpm, list);
        byte[] before = tpm.read(ImaEmulator.PCR, HashAlgorithm.SHA256);
        Path tool = file("tool", "");
        Files.delete(list);
        assertThatThrownBy(() -> ima.measure(tool))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining(list.toString());
        assertThat(tpm.read(ImaEmulator.PCR, HashAlgorithm.SHA256)).isEqualTo(before);
    }

    @Test
    void nothingIsListedWhileSomebodyElseHasTheTpm() throws Exception {
        ImaEmulator ima = ImaEmulator.boot(tpm, list);
        Path tool = file("tool", "");
        AtomicReference<Throwable> trouble = new AtomicReference<>();
        Thread measuring = Thread.ofPlatform().unstarted(() -> {
            try {
                ima.measure(tool);
            } catch (SandboxException e) {
                trouble.set(e);
            }
        });
        List<String> meanwhile = tpm.alone(() -> {
            measuring.start();
            await().until(() -> measuring.getState() == Thread.State.WAITING || !measuring.isAlive());
            return read(list);
        });
        measuring.join();
        assertThat(meanwhile).hasSize(1);
        assertThat(lines()).hasSize(2);
        assertThat(trouble).hasNullValue();
    }

    private static List<String> read(Path file) throws SandboxException {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new SandboxException("unreadable", e);
        }
    }

    @Test
    void theFirstEntryIsTheHashOfWhatWasBooted() throws Exception {
        for (int pcr : new int[] {7, 9, 11}) {
            tpm.extend(pcr, HashAlgorithm.SHA256, HashAlgorithm.SHA256.digest(new byte[] {(byte) pcr}));
        }
        byte[] values = new byte[10 * 32];
        for (int pcr : new int[] {7, 9}) {
            byte[] value =
                    HashAlgorithm.SHA256.digest(new byte[32], HashAlgorithm.SHA256.digest(new byte[] {(byte) pcr}));
            System.arraycopy(value, 0, values, 32 * pcr, 32);
        }
        ImaEmulator.boot(tpm, list);
        assertThat(lines())
                .singleElement()
                .asString()
                .matches("10 [0-9a-f]{40} ima-ng sha256:"
                        + HexFormat.of().formatHex(HashAlgorithm.SHA256.digest(values)) + " boot_aggregate");
    }

    @Test
    void aFileIsListedOnceUntilItChanges() throws Exception {
        ImaEmulator ima = ImaEmulator.boot(tpm, list);
        Path tool = file("a tool", "one");
        Path link = Files.createSymbolicLink(folder.resolve("link"), tool);
        ImaEmulator.Measurement one = ima.measure(tool);
        assertThat(ima.measure(tool)).isEqualTo(one);
        assertThat(ima.measure(link)).isEqualTo(one);
        file("a tool", "two");
        assertThat(ima.measure(tool)).isNotEqualTo(one);
        assertThat(one.digest())
                .isEqualTo(
                        HexFormat.of().formatHex(HashAlgorithm.SHA256.digest("one".getBytes(StandardCharsets.UTF_8))));
        String name = tool.toString().replace(' ', '_');
        assertThat(lines()).hasSize(3).element(1).asString().endsWith(" ima-ng sha256:" + one.digest() + " " + name);
    }

    @ParameterizedTest
    @EnumSource(names = {"SHA1", "SHA256", "SHA384"})
    void theListLeadsToPcr10InEveryBank(HashAlgorithm bank) throws Exception {
        ImaEmulator ima = ImaEmulator.boot(tpm, list);
        for (String name : List.of("a", "with blanks", "größer", "x".repeat(200))) {
            ima.measure(file(name, name));
        }
        ImaAppraisal appraisal = ImaAppraiser.appraise(
                new ImaEvidence(
                        Files.readAllBytes(list), bank, Optional.of(Octets.copyOf(tpm.read(ImaEmulator.PCR, bank)))),
                CONSISTENCY,
                ImaState.NEW);
        assertThat(appraisal.failures()).isEmpty();
        assertThat(appraisal.nextState().nextEntry()).isEqualTo(5);
    }

    private AttestationTpm attestation() throws Exception {
        return AttestationTpm.open(
                TpmAddress.parse("swtpm:path=" + tpm.socket()),
                TpmKeySettings.of(HashAlgorithm.SHA256, EncryptionAlgorithm.RSA2048, SigningAlgorithm.ECDSA));
    }

    /** As an agent and a verifier take turns: a quote, then the list from the first entry that no quote has covered. */
    @Test
    void quotesTakenWhileFilesAreMeasuredAlwaysFitTheListReadAfterThem() throws Exception {
        ImaEmulator ima = ImaEmulator.boot(tpm, list);
        int rounds = 150;
        for (int i = 0; i < rounds; i++) {
            file("f" + i, "content " + i);
        }
        Semaphore turns = new Semaphore(0);
        ImaState state = ImaState.NEW;
        try (AttestationTpm quoting = attestation();
                ImaList reading = ImaList.open(list).orElseThrow();
                ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
            quoting.createAttestationKey();
            Future<Void> measuring = beside.submit(() -> {
                for (int i = 0; i < rounds; i++) {
                    turns.acquire();
                    ima.measure(folder.resolve("f" + i));
                }
                return null;
            });
            for (int i = 0; i < rounds; i++) {
                turns.release();
                state = appraised(quoting, reading, state);
            }
            measuring.get();
            state = appraised(quoting, reading, state);
        }
        assertThat(state.nextEntry()).isEqualTo(rounds + 1);
    }

    private static ImaState appraised(AttestationTpm quoting, ImaList reading, ImaState state) throws Exception {
        QuoteText quote = quoting.quote("nonce".getBytes(StandardCharsets.UTF_8), PcrMask.of(ImaEmulator.PCR), KEY);
        ImaList.Lines slice = (ImaList.Lines) reading.from(state.nextEntry());
        assertThat(slice.entry()).isEqualTo(state.nextEntry());
        ImaAppraisal appraisal = ImaAppraiser.appraise(
                new ImaEvidence(
                        slice.text().getBytes(StandardCharsets.UTF_8),
                        HashAlgorithm.SHA256,
                        PcrBlob.parse(quote.pcrBlob()).values().value(ImaEmulator.PCR)),
                CONSISTENCY,
                state);
        assertThat(appraisal.failures()).isEmpty();
        return appraisal.nextState();
    }

    /** The journey of a policy: made from one machine's list, it passes that machine and explains the file it does not know. */
    @Test
    void aPolicyMadeFromTheListPassesTheMachineUntilItRunsSomethingElse() throws Exception {
        ImaEmulator ima = ImaEmulator.boot(tpm, list);
        Path tool = file("tool", "approved");
        ima.measure(tool);
        Programs programs = new Programs(folder);
        assertThat(programs.run("policy", "create", "runtime", "-m", "list", "-o", "policy"))
                .as(programs.err())
                .isZero();
        try (AttestationTpm quoting = attestation()) {
            Files.writeString(
                    folder.resolve("ak"),
                    Base64.getEncoder()
                            .encodeToString(
                                    quoting.createAttestationKey().publicArea().tpm2b()));
            assertThat(verify(programs, quoting))
                    .as(programs.out() + programs.err())
                    .isZero();

            Files.copy(file("other", "nobody approved this"), tool, StandardCopyOption.REPLACE_EXISTING);
            ImaEmulator.Measurement changed = ima.measure(tool);
            ImaEmulator.Measurement unknown = ima.measure(folder.resolve("other"));
            programs.forget();
            assertThat(verify(programs, quoting)).isEqualTo(1);
            assertThat(programs.out())
                    .contains(changed.path(), changed.digest(), "does not allow for it")
                    .contains(unknown.path(), unknown.digest(), "is not in the runtime policy")
                    .doesNotContain("does not lead to");
        }
    }

    private int verify(Programs programs, AttestationTpm quoting) throws Exception {
        QuoteText quote = quoting.quote("nonce".getBytes(StandardCharsets.UTF_8), PcrMask.of(ImaEmulator.PCR), KEY);
        Files.writeString(folder.resolve("quote"), quote.format());
        return programs.run(
                "verify",
                "--quote",
                "quote",
                "--nonce",
                "nonce",
                "--ak",
                "ak",
                "--ima-log",
                "list",
                "--runtime-policy",
                "policy");
    }
}
