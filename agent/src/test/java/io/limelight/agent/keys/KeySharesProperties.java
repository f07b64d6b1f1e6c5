package io.limelight.agent.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.agent.testkit.SentPayload;
import io.limelight.core.secret.SecretBytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever the order and the noise: K appears with the second half of the one right pair, not before, and is right. */
class KeySharesProperties {
    private static final String ID = "machine.example-1";

    @Property(tries = 200)
    void theRightPairIsFoundWhenItIsCompleteAndOnlyThen(@ForAll @IntRange(max = 20) int decoys, @ForAll long seed) {
        SentPayload sent = SentPayload.of(ID, new byte[] {1});
        try (KeyShares shares = new KeyShares(ID)) {
            List<Supplier<Optional<KeyShares.Joined>>> arrivals = new ArrayList<>();
            Random random = new Random(seed);
            for (int i = 0; i < decoys; i++) {
                byte[] bytes = new byte[random.nextBoolean() ? 16 : 32];
                random.nextBytes(bytes);
                byte[] tag = random.nextBoolean() ? sent.tag() : new byte[48];
                arrivals.add(
                        random.nextBoolean()
                                ? () -> shares.addV(SecretBytes.copyOf(bytes))
                                : () -> shares.addU(SecretBytes.copyOf(bytes), tag, Optional.of(new byte[10])));
            }
            Supplier<Optional<KeyShares.Joined>> u = () -> shares.addU(sent.u(), sent.tag(), sent.payload());
            Supplier<Optional<KeyShares.Joined>> v = () -> shares.addV(sent.v());
            arrivals.add(u);
            arrivals.add(v);
            Collections.shuffle(arrivals, random);
            int missing = 2;
            for (Supplier<Optional<KeyShares.Joined>> arrival : arrivals) {
                boolean half = arrival.equals(u) || arrival.equals(v);
                missing -= half ? 1 : 0;
                Optional<KeyShares.Joined> joined = arrival.get();
                assertThat(joined.isPresent()).isEqualTo(missing == 0 && half);
                joined.ifPresent(found -> {
                    assertThat(found.key().bytes().apply(byte[]::clone)).isEqualTo(sent.key());
                    assertThat(found.payload()).isPresent();
                });
            }
        }
    }
}
