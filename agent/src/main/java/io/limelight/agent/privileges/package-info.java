/** Who the agent runs as, who its scripts run as, and the little that is left for root. */
@NullMarked
package io.limelight.agent.privileges;

import org.jspecify.annotations.NullMarked;
