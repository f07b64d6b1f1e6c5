package io.limelight.core.ima.dm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.tpm.Fixtures;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class DmEventParserTest {
    private static final String META = "name=a,uuid=,major=253,minor=0,minor_count=1,num_targets=1";
    private static final String CAPACITY = ";current_device_capacity=8;";

    static Stream<JsonNode> events() {
        return Fixtures.json("ima/dm/dm-events.json").valueStream();
    }

    private static DmEvent parse(String name, String text) throws DmEventException {
        return DmEventParser.parse(name, text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("events")
    void eventsOfARealKernelAreReadAndNothingBeside(JsonNode event) throws Exception {
        String name = event.get("event").stringValue();
        String text = event.get("data_utf8").stringValue();

        DmEvent read = parse(name, text);

        assertThat(read).isNotNull();
        assertThatThrownBy(() -> parse(name, text + "x")).isInstanceOf(DmEventException.class);
        for (int end = 0; end < text.length(); end++) {
            String cut = text.substring(0, end);
            assertThatThrownBy(() -> parse(name, cut)).isInstanceOf(DmEventException.class);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dm_device_resume|M;device_resume=no_dataC",
                "dm_device_remove|device_inactive_metadata=M;inactive_table_hash=sha256:aa,remove_all=yC",
                "dm_device_remove|device_active_metadata=M;device_inactive_metadata=M;active_table_hash=a:b,inactive_table_hash=c:d,"
                        + "remove_all=nC",
                "dm_device_remove|device_remove=no_data;remove_all=nC",
                "dm_table_clear|M;inactive_table_hash=sha256:aaC",
            })
    void formsWithoutTablesAreReadToo(String name, String text) throws Exception {
        assertThat(parse(name, "dm_version=4.45.0;" + text.replace("M", META).replace("C", CAPACITY)))
                .isNotNull();
    }

    @Test
    void aTableOfMirrorsIsAsLongAsItSays() {
        assertThatThrownBy(() -> parse(
                        "dm_table_load",
                        "dm_version=4.45.0;" + META + ";target_index=0,target_begin=0,target_len=8,target_name=mirror,"
                                + "target_version=1.0.0,nr_mirrors=99999999999999999999,handle_errors=y,keep_log=n,"
                                + "log_type_status=;"))
                .isInstanceOf(DmEventException.class);
    }
}
