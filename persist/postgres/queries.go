package postgres

import (
	_ "embed"
	"fmt"
	"strings"

	"guildpulse/persist"
)

// One file a query. Each begins with its name, which the server shows in
// pg_stat_activity and in its log.
var (
	//go:embed sql/writer_durability.sql
	sqlWriterDurability string
	//go:embed sql/writer_stage.sql
	sqlWriterStage string

	//go:embed sql/take.sql
	sqlTake string
	//go:embed sql/cursor.sql
	sqlCursor string
	//go:embed sql/fence.sql
	sqlFence string
	//go:embed sql/partitions.sql
	sqlPartitions string
	//go:embed sql/add_quarters.sql
	sqlAddQuarters string

	//go:embed sql/copy_stage.sql
	sqlCopyStage string
	//go:embed sql/upsert_quarters.sql
	sqlUpsertQuarters string
	//go:embed sql/upsert_days.sql
	sqlUpsertDays string
	//go:embed sql/upsert_months.sql
	sqlUpsertMonths string

	//go:embed sql/no_timeout.sql
	sqlNoTimeout string
	//go:embed sql/quarters_of_guild.sql
	sqlQuartersOfGuild string
	//go:embed sql/delete_days.sql
	sqlDeleteDays string
	//go:embed sql/delete_months.sql
	sqlDeleteMonths string
	//go:embed sql/rebuild_days.sql
	sqlRebuildDays string
	//go:embed sql/rebuild_months.sql
	sqlRebuildMonths string

	//go:embed sql/swallow_spans.sql
	sqlSwallowSpans string
	//go:embed sql/insert_spans.sql
	sqlInsertSpans string
	//go:embed sql/upsert_gaps.sql
	sqlUpsertGaps string
	//go:embed sql/upsert_voice.sql
	sqlUpsertVoice string
	//go:embed sql/upsert_emoji.sql
	sqlUpsertEmoji string
	//go:embed sql/upsert_states.sql
	sqlUpsertStates string
	//go:embed sql/insert_opt_outs.sql
	sqlInsertOptOuts string
	//go:embed sql/delete_opt_outs.sql
	sqlDeleteOptOuts string

	//go:embed sql/sums.sql
	sqlSums string
	//go:embed sql/rows.sql
	sqlRows string
	//go:embed sql/rows_of_member.sql
	sqlRowsOfMember string
	//go:embed sql/fetch_rows.sql
	sqlFetchRows string
	//go:embed sql/close_rows.sql
	sqlCloseRows string
	//go:embed sql/states.sql
	sqlStates string
	//go:embed sql/opt_outs.sql
	sqlOptOuts string
	//go:embed sql/open_voice.sql
	sqlOpenVoice string
	//go:embed sql/spans.sql
	sqlSpans string
	//go:embed sql/gaps.sql
	sqlGaps string
	//go:embed sql/emoji.sql
	sqlEmoji string
	//go:embed sql/guilds.sql
	sqlGuilds string

	//go:embed sql/upsert_guilds.sql
	sqlUpsertGuilds string
	//go:embed sql/upsert_channels.sql
	sqlUpsertChannels string
	//go:embed sql/upsert_members.sql
	sqlUpsertMembers string
	//go:embed sql/directory_guilds.sql
	sqlDirectoryGuilds string
	//go:embed sql/directory_channels.sql
	sqlDirectoryChannels string
	//go:embed sql/directory_members.sql
	sqlDirectoryMembers string
)

// sumsQuery returns the query for sums of a grain by a dimension, with {only} where
// filters go. Nothing but the words below, and those of filters, enters its text.
func sumsQuery(grain persist.Grain, by persist.Dimension) (string, error) {
	var table, period, name string
	switch grain {
	case persist.GrainQuarter:
		table, period, name = "quarters", "quarter", "of quarters"
	case persist.GrainDay:
		table, period, name = "days", "day", "of days"
	case persist.GrainMonth:
		table, period, name = "months", "month", "of months"
	default:
		return "", fmt.Errorf("unknown grain %d", grain)
	}
	var key, dimension string
	switch by {
	case persist.ByNothing:
		key, dimension = "0::bigint", "by nothing"
	case persist.ByMember:
		key, dimension = "member_id", "by member"
	case persist.ByChannel:
		key, dimension = "channel_id", "by channel"
	case persist.ByPeriod:
		key, dimension = period+"::bigint", "by period"
	default:
		return "", fmt.Errorf("unknown dimension %d", by)
	}
	return strings.NewReplacer(
		"{grain}", name, "{dimension}", dimension, "{table}", table, "{period}", period, "{key}", key,
	).Replace(sqlSums), nil
}
