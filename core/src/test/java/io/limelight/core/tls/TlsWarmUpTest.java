package io.limelight.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class TlsWarmUpTest {
    @Test
    void whatItWritesIsAClientHello() throws Exception {
        ByteBuffer hello = TlsWarmUp.sayHello();

        // RFC 8446 §5.1 and §4: a record of type handshake (22), in it a message of type client_hello (1).
        assertThat(hello.get(0)).isEqualTo((byte) 22);
        assertThat(hello.get(5)).isEqualTo((byte) 1);
    }
}
