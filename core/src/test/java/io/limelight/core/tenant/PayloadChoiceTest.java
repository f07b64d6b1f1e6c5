package io.limelight.core.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.limelight.core.payload.BootstrapKey;
import io.limelight.core.payload.KeyFile;
import io.limelight.core.payload.SealedPayload;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.TaskStep;
import io.limelight.core.tenant.TenantException.Kind;
import io.limelight.core.tenant.kit.SoftMachine;
import io.limelight.core.tenant.kit.TenantWorld;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and payloads that existed before, and what a plan says about each choice. */
class PayloadChoiceTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String SECRET = "sealed long ago";

    @TempDir
    Path folder;

    private TenantWorld world;
    private SoftMachine machine;
    private Path keys;
    private Path sealed;

    @BeforeEach
    void build() throws Exception {
        world = TenantWorld.in(folder);
        world.configure();
        machine = world.machine(TenantWorld.ID);
        keys = folder.resolve("content_keys.txt");
        sealed = folder.resolve("content_payload.txt");
        try (BootstrapKey key = BootstrapKey.generate(RANDOM);
                BootstrapKey.Shares shares = key.split(RANDOM);
                SecretBytes lines = KeyFile.format(key, shares);
                SecretBytes plaintext = SecretBytes.copyOf(SECRET.getBytes(StandardCharsets.UTF_8))) {
            Files.write(keys, lines.apply(byte[]::clone));
            Files.writeString(sealed, SealedPayload.seal(key, plaintext, RANDOM));
        }
    }

    @AfterEach
    void end() {
        world.close();
    }

    private EnrolmentDraft draft(PayloadChoice choice, boolean prove) {
        return new EnrolmentDraft(
                TenantWorld.ID,
                false,
                true,
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                choice,
                TpmPolicy.EMPTY,
                PreparedPolicies.NONE,
                prove,
                Optional.empty());
    }

    private Enrolled run(PayloadChoice choice) throws Exception {
        TenantSettings settings = world.settings();
        Cancellation cancellation = new Cancellation();
        try (TenantServices services = new TenantServices(settings, InstantSource.system(), cancellation)) {
            return new Enrolment(
                            settings, services, RANDOM, InstantSource.system(), new RecordingReport(), cancellation)
                    .run(EnrolmentPlan.of(draft(choice, true), settings));
        }
    }

    private TenantException failure(PayloadChoice choice) {
        TenantException failure = catchThrowableOfType(TenantException.class, () -> run(choice));
        assertThat(failure.kind()).isEqualTo(Kind.PAYLOAD);
        assertThat(world.journal().lines()).noneMatch(line -> line.contains("POST"));
        return failure;
    }

    @Test
    void anExistingKeyDeliversItsPayloadAsItWasSealed() throws Exception {
        assertThat(run(new PayloadChoice.ExistingKey(keys, Optional.of(sealed))).keyProven())
                .isTrue();
        assertThat(machine.unlocked()).contains(SECRET);
        assertThat(machine.receivedU().orElseThrow().payload()).isEqualTo(Files.readString(sealed));
    }

    @Test
    void theSharesOfAKeyFileMayStandInEitherOrder() throws Exception {
        List<String> lines = Files.readAllLines(keys);
        Files.write(keys, List.of(lines.get(0), lines.get(2), lines.get(1)));
        assertThat(run(new PayloadChoice.ExistingKey(keys, Optional.of(sealed))).keyProven())
                .isTrue();
    }

    @Test
    void aKeyAloneIsDeliveredAndProven() throws Exception {
        assertThat(run(new PayloadChoice.ExistingKey(keys, Optional.empty())).keyProven())
                .isTrue();
        assertThat(machine.receivedU().orElseThrow().payload()).isNull();
        assertThat(machine.unlocked()).isEmpty();
    }

    @Test
    void aPayloadOfAnotherKeyIsNoticedHereAndNotAtTheMachine() throws Exception {
        try (BootstrapKey other = BootstrapKey.generate(RANDOM);
                SecretBytes plaintext = SecretBytes.copyOf(new byte[] {1})) {
            Files.writeString(sealed, SealedPayload.seal(other, plaintext, RANDOM));
        }
        assertThat(failure(new PayloadChoice.ExistingKey(keys, Optional.of(sealed))))
                .hasMessageContaining("another key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"not base64 at all", "QUJD", "", "QUJD\nQUJD"})
    void aPayloadThatIsNoneIsRefused(String text) throws Exception {
        Files.writeString(sealed, text);
        failure(new PayloadChoice.ExistingKey(keys, Optional.of(sealed)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "QUJD",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=\n"
            })
    void aKeyFileThatIsNoneIsRefusedWithoutShowingIt(String text) throws Exception {
        Files.writeString(keys, text);
        TenantException failure = failure(new PayloadChoice.ExistingKey(keys, Optional.of(sealed)));
        assertThat(failure.sentences()).contains("content_keys.txt").doesNotContain("AAAA", "QUJD");
    }

    @Test
    void aHugeKeyFileIsRefusedUnread() throws Exception {
        Files.write(keys, new byte[1 << 20]);
        failure(new PayloadChoice.ExistingKey(keys, Optional.empty()));
    }

    @Test
    void theLimitCountsTheSealedText() throws Exception {
        int length = Files.readString(sealed).length();
        world.configure("max_payload_size = " + length);
        assertThat(run(new PayloadChoice.ExistingKey(keys, Optional.of(sealed))).keyProven())
                .isTrue();
        world.verifier().machines().clear();
        world.journal().clear();
        world.configure("max_payload_size = " + (length - 1));
        assertThat(failure(new PayloadChoice.ExistingKey(keys, Optional.of(sealed))))
                .hasMessageContaining("max_payload_size");
    }

    // --- plans ---

    private List<String> steps(EnrolmentDraft draft) throws Exception {
        return EnrolmentPlan.of(draft, world.settings()).steps().stream()
                .map(TaskStep::id)
                .toList();
    }

    @Test
    void aPlanListsWhatWillHappenForEachDraft() throws Exception {
        assertThat(steps(EnrolmentDraft.of(TenantWorld.ID)))
                .containsExactly(
                        "registrar-record",
                        "agent-version",
                        "identity-quote",
                        "endorsement",
                        "verifier",
                        "verifier-add",
                        "listed");
        assertThat(steps(draft(new PayloadChoice.ExistingKey(keys, Optional.empty()), true)))
                .containsExactly(
                        "registrar-record",
                        "agent-version",
                        "payload",
                        "identity-quote",
                        "endorsement",
                        "verifier",
                        "share-u",
                        "verifier-add",
                        "listed",
                        "key-proof");
    }

    @Test
    void aPlanKnowsTheLengthOfThePayloadWithoutReadingASecret() throws Exception {
        Path plain = Files.write(folder.resolve("plain"), new byte[1000]);
        assertThat(EnrolmentPlan.of(draft(new PayloadChoice.PlainFile(plain), false), world.settings())
                        .payloadCharacters())
                .isEqualTo(SealedPayload.sealedLength(1000));
    }

    @Test
    void aPlanWarnsWhereNothingVouchesForTheTpm() throws Exception {
        world.configure("require_ek_cert = False");
        assertThat(EnrolmentPlan.of(EnrolmentDraft.of(TenantWorld.ID), world.settings())
                        .warnings())
                .singleElement()
                .asString()
                .contains("emulator");
    }

    @Test
    void aProofWithoutAKeyMakesNoSense() {
        TenantException refusal = catchThrowableOfType(
                TenantException.class, () -> EnrolmentPlan.of(draft(new PayloadChoice.None(), true), world.settings()));
        assertThat(refusal.kind()).isEqualTo(Kind.BAD_DRAFT);
    }
}
