package io.limelight.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.http.HttpReply;
import io.limelight.core.json.WireJson;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HealthTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final AtomicInteger looks = new AtomicInteger();

    private static String body(HttpReply reply) {
        return ((HttpReply.Json) reply).body().toString();
    }

    @Test
    void onePartThatIsDownMakesTheWholeDown() {
        Health health = new Health(nanos::get)
                .part("good", () -> Health.Condition.up(WireJson.object().put("x", 1)))
                .part("bad", () -> Health.Condition.down("it is broken", WireJson.object()));
        assertThat(health.reply().status()).isEqualTo(503);
        assertThat(body(health.reply()))
                .isEqualTo("{\"status\":\"down\",\"components\":{\"good\":{\"status\":\"up\",\"x\":1},"
                        + "\"bad\":{\"status\":\"down\",\"problem\":\"it is broken\"}}}");
    }

    @Test
    void aPartThatThrowsIsDownAndSaysNothingOfWhy() {
        Health health = new Health(nanos::get).part("bad", () -> {
            throw new IllegalStateException("/secret/path");
        });
        assertThat(health.reply().status()).isEqualTo(503);
        assertThat(body(health.reply())).doesNotContain("secret");
    }

    @Test
    void whoAsksAllTheTimeCostsOneLookASecond() {
        Health health = new Health(nanos::get).part("counted", () -> {
            looks.incrementAndGet();
            return Health.Condition.up(WireJson.object());
        });
        for (int i = 0; i < 100; i++) {
            assertThat(health.reply().status()).isEqualTo(200);
        }
        assertThat(looks).hasValue(1);
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        health.reply();
        assertThat(looks).hasValue(2);
    }

    @Test
    void aDiskThatIsNotThereIsDown() {
        assertThat(new Health(nanos::get)
                        .disk(Path.of("no", "such", "folder"))
                        .reply()
                        .status())
                .isEqualTo(503);
    }

    @Test
    void whatIsRememberedIsAskedAgainAfterAWhileTroubleIncluded() {
        Remembered<Integer> remembered = new Remembered<>(
                () -> {
                    if (looks.incrementAndGet() == 1) {
                        throw new IllegalStateException("down");
                    }
                    return looks.get();
                },
                nanos::get);
        for (int i = 0; i < 3; i++) {
            org.assertj.core.api.Assertions.assertThatThrownBy(remembered::get).hasMessage("down");
        }
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        assertThat(remembered.get()).isEqualTo(2);
        assertThat(remembered.get()).isEqualTo(2);
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        assertThat(remembered.get()).isEqualTo(3);
    }
}
