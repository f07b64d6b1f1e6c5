package io.limelight.agent.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.agent.testkit.SentPayload;
import io.limelight.core.secret.SecretBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pairs are found, whatever else arrives, and the rest costs a bounded amount of memory. */
class KeySharesTest {
    private static final String ID = "d432fbb3-d2f1-4a97-9ef7-75bd81c00000";

    private final KeyShares shares = new KeyShares(ID);

    private static byte[] raw(KeyShares.Joined joined) {
        return joined.key().bytes().apply(byte[]::clone);
    }

    private Optional<KeyShares.Joined> addU(SentPayload sent) {
        return shares.addU(sent.u(), sent.tag(), sent.payload());
    }

    @Test
    void aWrongTagIsNoMatch() {
        SentPayload sent = SentPayload.keyOnly(ID);
        byte[] tag = sent.tag();
        tag[47] ^= 1;
        shares.addU(sent.u(), tag, Optional.empty());
        assertThat(shares.addV(sent.v())).isEmpty();
        assertThat(shares.waitingUs()).isEqualTo(1);
        assertThat(shares.waitingVs()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 47, 49, 96})
    void aTagOfAnotherLengthIsNoMatch(int length) {
        SentPayload sent = SentPayload.keyOnly(ID);
        shares.addU(sent.u(), new byte[length], Optional.empty());
        assertThat(shares.addV(sent.v())).isEmpty();
    }

    @Test
    void aTagForAnotherMachineIsNoMatch() {
        SentPayload other = SentPayload.keyOnly("d432fbb3-d2f1-4a97-9ef7-75bd81c00001");
        addU(other);
        assertThat(shares.addV(other.v())).isEmpty();
    }

    @Test
    void sharesOfDifferentLengthAreNoPair() {
        SentPayload sent = SentPayload.keyOnly(ID);
        addU(sent);
        assertThat(shares.addV(SecretBytes.copyOf(new byte[16]))).isEmpty();
        assertThat(shares.addV(SecretBytes.copyOf(new byte[17]))).isEmpty();
        assertThat(shares.addU(SecretBytes.copyOf(new byte[17]), sent.tag(), Optional.empty()))
                .isEmpty();
    }

    @Test
    void afterAMatchEveryShareIsOverwrittenAndGone() {
        SentPayload sent = SentPayload.of(ID, new byte[100]);
        SecretBytes u = sent.u();
        SecretBytes v = sent.v();
        SecretBytes decoy = SecretBytes.copyOf(new byte[32]);
        shares.addV(decoy);
        shares.addV(v);
        KeyShares.Joined joined = shares.addU(u, sent.tag(), sent.payload()).orElseThrow();
        assertThat(raw(joined)).isEqualTo(sent.key());
        assertThat(joined.payload()).hasValue(sent.payload().orElseThrow());
        assertThat(shares.waitingUs() + shares.waitingVs()).isZero();
        assertThat(shares.waitingPayloadBytes()).isZero();
        for (SecretBytes share : List.of(u, v, decoy)) {
            assertThatThrownBy(() -> share.use(bytes -> {})).hasMessageContaining("cleared");
        }
    }

    @Test
    void aReplayedPairJoinsAgainAndALoneReplayedShareDoesNot() {
        SentPayload sent = SentPayload.keyOnly(ID);
        addU(sent);
        assertThat(shares.addV(sent.v())).isPresent();
        assertThat(shares.addV(sent.v())).isEmpty();
        assertThat(addU(sent).map(KeySharesTest::raw)).hasValue(sent.key());
    }

    @Test
    void aRepeatedUReplacesTheFormerWithItsPayload() {
        SentPayload sent = SentPayload.keyOnly(ID);
        for (int i = 0; i < 10; i++) {
            shares.addU(sent.u(), sent.tag(), Optional.of(new byte[1000 + i]));
        }
        assertThat(shares.waitingUs()).isEqualTo(1);
        assertThat(shares.waitingPayloadBytes()).isEqualTo(1009);
        for (int i = 0; i < 10; i++) {
            shares.addV(SecretBytes.copyOf(new byte[32]));
        }
        assertThat(shares.waitingVs()).isEqualTo(1);
        assertThat(shares.addV(sent.v()).orElseThrow().payload().orElseThrow()).hasSize(1009);
    }

    @Test
    void aThousandDecoysNeitherHideThePairNorStay() {
        SentPayload sent = SentPayload.keyOnly(ID);
        addU(sent);
        for (int i = 0; i < 1000; i++) {
            SentPayload decoy = SentPayload.keyOnly(ID);
            shares.addU(decoy.u(), sent.tag(), Optional.empty());
            if (i % 10 == 0) {
                shares.addV(SecretBytes.copyOf(decoy.key()));
            }
        }
        assertThat(shares.addV(sent.v()).map(KeySharesTest::raw)).hasValue(sent.key());
        assertThat(shares.waitingUs() + shares.waitingVs()).isZero();
    }

    @Test
    void moreThanTheBoundPushesTheOldestOut() {
        List<SecretBytes> us = new ArrayList<>();
        for (int i = 0; i < KeyShares.MAX_SHARES + 5; i++) {
            SentPayload decoy = SentPayload.keyOnly(ID);
            SecretBytes u = decoy.u();
            us.add(u);
            shares.addU(u, new byte[48], Optional.empty());
        }
        assertThat(shares.waitingUs()).isEqualTo(KeyShares.MAX_SHARES);
        for (int i = 0; i < 5; i++) {
            SecretBytes dropped = us.get(i);
            assertThatThrownBy(() -> dropped.use(bytes -> {})).hasMessageContaining("cleared");
        }
        us.get(5).use(bytes -> {});
    }

    @Test
    void payloadsTakeABoundedAmountOfMemoryTogether() {
        for (int i = 0; i < 100; i++) {
            SentPayload decoy = SentPayload.keyOnly(ID);
            shares.addU(decoy.u(), decoy.tag(), Optional.of(new byte[1 << 20]));
            assertThat(shares.waitingPayloadBytes()).isLessThanOrEqualTo(KeyShares.MAX_PAYLOAD_BYTES);
        }
        SentPayload huge = SentPayload.keyOnly(ID);
        shares.addU(huge.u(), huge.tag(), Optional.of(new byte[KeyShares.MAX_PAYLOAD_BYTES + 1]));
        assertThat(shares.waitingUs()).as("one payload may always stay").isEqualTo(1);
        assertThat(shares.addV(huge.v())).isPresent();
    }

    @Test
    void closingOverwritesWhatWaits() {
        SentPayload sent = SentPayload.keyOnly(ID);
        SecretBytes u = sent.u();
        shares.addU(u, sent.tag(), Optional.empty());
        shares.close();
        assertThatThrownBy(() -> u.use(bytes -> {})).hasMessageContaining("cleared");
        assertThat(shares.waitingUs()).isZero();
    }
}
