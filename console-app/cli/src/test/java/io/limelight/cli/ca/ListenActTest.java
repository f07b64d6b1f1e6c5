package io.limelight.cli.ca;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.ca.CaName;
import io.limelight.core.listen.ListenSettings;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a CA that listens says when it is ready. */
class ListenActTest {
    @Test
    void whatIsOfferedStandsBeforeTheWaysByWhichNoticesCome() {
        ListenSettings settings = new ListenSettings(
                "127.0.0.1",
                0,
                0,
                Optional.empty(),
                Optional.of(InetSocketAddress.createUnresolved("127.0.0.1", 8992)),
                Optional.empty(),
                true,
                CaName.NOTIFIER,
                List.of(),
                Optional.empty());
        assertThat(ListenAct.ready(settings, 1, 2))
                .isEqualTo("CRL at http://127.0.0.1:1/, OCSP at http://127.0.0.1:1/ocsp, notices at"
                        + " https://127.0.0.1:2/ and from tcp://127.0.0.1:8992");
    }
}
