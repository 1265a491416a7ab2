package guild

// PutMember takes in all that is to be known of a member.
func (d *Directory) PutMember(m Member) bool {
	r := d.open(m.Guild)
	defer r.mu.Unlock()
	return d.settle(r, d.putMember(r, m))
}

// ObserveMember takes in what some payload, say a message, tells of a member in
// passing. What it does not tell stays: an empty Name keeps Name, Username and
// Avatar; Joined 0 keeps Joined; Roles nil (not empty) means that it says nothing
// of the membership, and keeps Roles and Left. A member observed without news
// costs a lookup and no allocation.
func (d *Directory) ObserveMember(m Member) bool {
	r := d.open(m.Guild)
	defer r.mu.Unlock()
	if known, ok := r.roster.get(m.ID); ok {
		m.fill(known)
	}
	return d.settle(r, d.putMember(r, m))
}

// fill takes from a known member what m leaves open.
func (m *Member) fill(known *Member) {
	if m.Name == "" {
		m.Name, m.Username, m.Avatar = known.Name, known.Username, known.Avatar
	}
	if m.Username == "" {
		m.Username = known.Username
	}
	if m.Joined == 0 {
		m.Joined = known.Joined
	}
	if m.Roles == nil {
		m.Roles, m.Left = known.Roles, known.Left
	}
}

// MemberLeft notes that a member left, and with it lost all roles.
func (d *Directory) MemberLeft(guild, user uint64) bool {
	r := d.open(guild)
	defer r.mu.Unlock()
	known, ok := r.roster.get(user)
	if !ok {
		return false
	}
	m := *known
	m.Left, m.Roles = true, nil
	return d.settle(r, d.putMember(r, m))
}

// putMember remembers a member of a locked record, within the bounds.
func (d *Directory) putMember(r *record, m Member) bool {
	n := r.roster.len()
	full := n >= d.cfg.MembersPerGuild || n > 0 && d.members.Load() >= int64(d.cfg.Members)
	changed := r.roster.put(m, full)
	d.members.Add(int64(r.roster.len() - n))
	return changed
}
