package io.limelight.core.listen;

import io.limelight.core.api.RevocationMessage;
import io.limelight.core.api.WireFormatException;
import io.limelight.core.http.HttpCall;
import io.limelight.core.http.HttpReply;
import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.ObjectNode;

/** The two ways by which anybody may bring a notice: a POST, which is answered, and a frame of ZeroMQ, which is not. */
final class Webhook {
    private static final String PUBLISHER = "the ZeroMQ publisher";

    private final NoticeIntake intake;

    Webhook(NoticeIntake intake) {
        this.intake = intake;
    }

    /** Answers with success only what is on the disk; anything else is the sender's to repeat. */
    HttpReply answer(HttpCall call) {
        RevocationMessage message;
        try {
            message = RevocationMessage.from(call.json());
        } catch (IOException | WireFormatException e) {
            intake.rubbish(call.remoteAddress(), String.valueOf(e.getMessage()));
            return HttpReply.refusal(400, "no notice: a JSON object with the texts msg and signature is expected");
        }
        NoticeIntake.Outcome outcome =
                intake.take(NoticeIntake.Notice.ofAnybody(call.remoteAddress(), message.msg(), message.signature()));
        return switch (outcome) {
            case NoticeIntake.Outcome.Revoked revoked -> {
                ObjectNode results = WireJson.object();
                results.put("outcome", revoked.already() ? "already revoked" : "revoked");
                results.put("serial", revoked.serial().toString());
                yield HttpReply.success(results);
            }
            case NoticeIntake.Outcome.Ignored ignored -> {
                ObjectNode results = WireJson.object();
                results.put("outcome", "ignored");
                results.put("reason", ignored.sentence());
                yield HttpReply.success(results);
            }
            case NoticeIntake.Outcome.Tested _ -> {
                ObjectNode results = WireJson.object();
                results.put("outcome", "test");
                yield HttpReply.success(results);
            }
            case NoticeIntake.Outcome.Refused refused -> HttpReply.refusal(403, refused.sentence());
            case NoticeIntake.Outcome.Failed failed -> HttpReply.refusal(503, failed.sentence());
        };
    }

    void frame(byte[] frame) {
        try {
            RevocationMessage message =
                    RevocationMessage.from(WireJson.parse(new String(frame, StandardCharsets.UTF_8)));
            intake.take(NoticeIntake.Notice.ofAnybody(PUBLISHER, message.msg(), message.signature()));
        } catch (IOException | WireFormatException e) {
            intake.rubbish(PUBLISHER, String.valueOf(e.getMessage()));
        }
    }
}
