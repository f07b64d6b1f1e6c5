package io.limelight.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.http.HttpHandler;
import io.limelight.core.http.HttpReply;
import io.limelight.store.StoreException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What callers hear of a database in trouble. */
@SuppressWarnings("NullAway") // The handlers here look at no call.
class StoreAnswersTest {
    private static HttpHandler fails(Kind kind) {
        return StoreAnswers.guarded("verifier", _ -> {
            throw new StoreException(kind, "the database /secret/place/cv.sqlite refused: details");
        });
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OTHER")
    void troubleIsSomethingToComeAgainFor(Kind kind) throws Exception {
        HttpReply reply = fails(kind).handle(null);
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.toString()).doesNotContain("/secret/place");
    }

    @Test
    void aFaultOfOursIsNotHidden() {
        assertThatThrownBy(() -> fails(Kind.OTHER).handle(null)).isInstanceOf(StoreException.class);
    }
}
